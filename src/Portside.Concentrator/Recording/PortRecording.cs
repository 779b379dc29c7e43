namespace Portside.Concentrator.Recording;

/// <summary>
/// What a port said: a ring of its latest bytes, written once by the port's link and read through cursors by
/// everyone else (clients, the log), each at its own pace.
/// </summary>
/// <remarks>
/// <para>Positions count bytes since the port appeared; they never go back. A silent port holds no ring. The ring
/// doubles up to <c>replayBytes</c>, and on to <c>lagBytes</c> only while a reader would lose bytes otherwise.</para>
/// <para>Any thread may call. Readers are woken outside the lock, on the thread that appended.</para>
/// </remarks>
public sealed class PortRecording
{
    private const int SmallestRing = 256;
    private const int LargestRing = 1 << 30;

    private readonly Lock _lock = new();
    private readonly int _replayBytes;
    private readonly int _lagBytes;
    private byte[] _ring = [];
    private long _start;
    private long _end;
    private RecordingReader[] _readers = [];
    private RecordingReader? _pacer;

    /// <summary>An empty recording.</summary>
    /// <param name="replayBytes">Bytes kept for those who attach later, 1 to 1 GiB; rounded up to a power of two.</param>
    /// <param name="lagBytes">
    /// Bytes kept at most for readers that fall behind, to 1 GiB; rounded up likewise, and at least <paramref name="replayBytes"/>.
    /// </param>
    public PortRecording(int replayBytes, int lagBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replayBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replayBytes, LargestRing);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lagBytes, LargestRing);
        _replayBytes = RoundUp(replayBytes);
        _lagBytes = RoundUp(Math.Max(replayBytes, lagBytes));
    }

    /// <summary>Bytes ever appended.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Position of the oldest byte still here.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>Bytes the ring occupies.</summary>
    public int Capacity => Volatile.Read(ref _ring).Length;

    internal int LagBytes => _lagBytes;

    /// <summary>Copies <paramref name="bytes"/> behind all others and wakes the readers.</summary>
    /// <param name="bytes">What the machine sent, unescaped.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        AppendSilently(bytes);
        WakeReaders();
    }

    /// <summary>
    /// Copies <paramref name="bytes"/> behind all others; for a caller that holds a lock and wakes the readers after it.
    /// </summary>
    /// <param name="bytes">What the machine sent, unescaped.</param>
    public void AppendSilently(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        lock (_lock)
        {
            Grow(bytes.Length);
            var kept = bytes[^Math.Min(bytes.Length, _ring.Length)..];
            var skipped = bytes.Length - kept.Length;
            var at = (int)((_end + skipped) & (_ring.Length - 1));
            var first = Math.Min(kept.Length, _ring.Length - at);
            kept[..first].CopyTo(_ring.AsSpan(at));
            kept[first..].CopyTo(_ring);
            _end += bytes.Length;
            _start = Math.Max(_start, _end - _ring.Length);
        }
    }

    /// <summary>Tells every reader that bytes came.</summary>
    public void WakeReaders()
    {
        foreach (var reader in Volatile.Read(ref _readers))
            reader.Wake();
    }

    /// <summary>Adds a reader that starts <paramref name="replay"/> bytes back, or at the oldest byte kept.</summary>
    /// <param name="replay">Bytes to read again, from the latest backwards.</param>
    /// <param name="wake">Called, outside any lock, after bytes came; must not block and must not throw.</param>
    /// <returns>The reader; <see cref="Remove"/> ends it.</returns>
    public RecordingReader Add(long replay, Action wake)
    {
        lock (_lock)
        {
            var reader = new RecordingReader(this, Math.Max(_start, _end - Math.Max(0, replay)), wake);
            _readers = [.. _readers, reader];
            return reader;
        }
    }

    /// <summary>Adds the one reader for which the machine may be slowed: the log. See <see cref="IsAheadOfPacer"/>.</summary>
    /// <param name="wake">Called, outside any lock, after bytes came; must not block and must not throw.</param>
    /// <returns>The reader.</returns>
    public RecordingReader AddPacer(Action wake)
    {
        var reader = Add(long.MaxValue, wake);
        lock (_lock)
            _pacer = reader;
        return reader;
    }

    /// <summary>Forgets a reader.</summary>
    /// <param name="reader">One that <see cref="Add"/> or <see cref="AddPacer"/> returned.</param>
    public void Remove(RecordingReader reader)
    {
        lock (_lock)
        {
            _readers = [.. _readers.Where(r => r != reader)];
            if (_pacer == reader)
                _pacer = null;
        }
    }

    /// <summary>Whether <paramref name="incoming"/> more bytes would overwrite what the log has not read yet.</summary>
    /// <param name="incoming">Bytes about to be appended.</param>
    /// <returns>
    /// True when the link should wait (within its limit) before it appends. Never once the log has read everything, nor
    /// while it is <see cref="RecordingReader.Lossy"/>.
    /// </returns>
    public bool IsAheadOfPacer(int incoming)
    {
        var pacer = Volatile.Read(ref _pacer);
        if (pacer is null || pacer.Lossy)
            return false;
        // Position first: an append in between makes the answer too careful, never too bold.
        var unread = -pacer.Position + Volatile.Read(ref _end);
        return unread > _lagBytes - Math.Min(incoming, _lagBytes);
    }

    /// <summary>Gives back what a past flood made the ring grow by; called now and then for a quiet port.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            if (_ring.Length > _replayBytes && _readers.All(r => r.Position >= _end - _replayBytes))
                Resize(_replayBytes);
        }
    }

    /// <summary>
    /// Copies outside of the lock, as the log copies much at once on a thread that may lose its processor meanwhile, and a
    /// link must not wait for that. What was overwritten during the copy is seen after it, and read anew.
    /// </summary>
    internal int Read(ref long position, Span<byte> destination, out long missed)
    {
        missed = 0;
        while (true)
        {
            byte[] ring;
            long from, to;
            lock (_lock)
                (ring, from, to) = (_ring, Math.Max(_start, position), _end);
            var count = (int)Math.Min(destination.Length, to - from);
            if (count > 0)
            {
                var at = (int)(from & (ring.Length - 1));
                var first = Math.Min(count, ring.Length - at);
                ring.AsSpan(at, first).CopyTo(destination);
                ring.AsSpan(0, count - first).CopyTo(destination[first..]);
            }

            missed += from - position;
            position = from;
            lock (_lock)
            {
                if (_start > from)
                    continue;
            }

            position += count;
            return count;
        }
    }

    private void Grow(int incoming)
    {
        var needed = _end - _start + incoming;
        if (needed <= _ring.Length)
            return;
        var limit = _replayBytes;
        if (needed > limit)
        {
            // Only bytes that somebody still wants are worth more memory than the replay takes.
            var kept = Math.Max(_ring.Length, _replayBytes);
            foreach (var reader in _readers)
            {
                var position = reader.Position;
                if (!reader.Lossy && position >= _start && _end - position + incoming > kept)
                    limit = _lagBytes;
            }
        }

        var size = Math.Max(SmallestRing, _ring.Length);
        while (size < needed && size < limit)
            size *= 2;
        if (size > _ring.Length)
            Resize(size);
    }

    private void Resize(int size)
    {
        var ring = new byte[size];
        var keep = (int)Math.Min(_end - _start, size);
        for (var position = _end - keep; position < _end;)
        {
            var from = (int)(position & (_ring.Length - 1));
            var to = (int)(position & (size - 1));
            var run = (int)Math.Min(_end - position, Math.Min(_ring.Length - from, size - to));
            _ring.AsSpan(from, run).CopyTo(ring.AsSpan(to));
            position += run;
        }

        _ring = ring;
        _start = _end - keep;
    }

    private static int RoundUp(int bytes) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes);
}
