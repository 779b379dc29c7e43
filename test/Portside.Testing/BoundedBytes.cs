namespace Portside.Testing;

/// <summary>One direction of a <see cref="StreamPair"/>: a ring of bytes with one writer and one reader.</summary>
internal sealed class BoundedBytes(int capacity)
{
    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[capacity];
    private int _start;
    private int _count;
    private bool _ended;
    private bool _readerGone;
    private bool _aborted;
    private TaskCompletionSource? _readable;
    private TaskCompletionSource? _writable;

    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Task wait;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_readerGone, typeof(PairedStream));
                ThrowIfAborted();
                if (_count > 0)
                    return Copy(destination.Span);
                if (_ended)
                    return 0;
                wait = (_readable ??= NewSignal()).Task;
            }

            await wait.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Task wait;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_ended, typeof(PairedStream));
                ThrowIfAborted();
                if (_readerGone)
                    throw new IOException("The other end of the pair is closed (broken pipe).");
                source = source[Store(source.Span)..];
                if (source.IsEmpty)
                    return;
                wait = (_writable ??= NewSignal()).Task;
            }

            await wait.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The writer is done: the reader sees the end after what is buffered.</summary>
    public void End() => Change(() => _ended = true);

    /// <summary>The reader is gone: what is buffered is lost and writing fails.</summary>
    public void Abandon() => Change(() =>
    {
        _readerGone = true;
        _count = 0;
    });

    /// <summary>As a TCP reset: what is buffered is lost, reading and writing fail.</summary>
    public void Abort() => Change(() =>
    {
        _aborted = true;
        _count = 0;
    });

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int Copy(Span<byte> destination)
    {
        var length = Math.Min(destination.Length, _count);
        var first = Math.Min(length, _ring.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(destination);
        _ring.AsSpan(0, length - first).CopyTo(destination[first..]);
        _start = (_start + length) % _ring.Length;
        _count -= length;
        if (length > 0)
            Wake(ref _writable);
        return length;
    }

    private int Store(ReadOnlySpan<byte> source)
    {
        var length = Math.Min(source.Length, _ring.Length - _count);
        var end = (_start + _count) % _ring.Length;
        var first = Math.Min(length, _ring.Length - end);
        source[..first].CopyTo(_ring.AsSpan(end));
        source[first..length].CopyTo(_ring);
        _count += length;
        if (length > 0)
            Wake(ref _readable);
        return length;
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            Wake(ref _readable);
            Wake(ref _writable);
        }
    }

    private static void Wake(ref TaskCompletionSource? signal)
    {
        signal?.TrySetResult();
        signal = null;
    }

    private void ThrowIfAborted()
    {
        if (_aborted)
            throw new IOException("The pair was aborted (connection reset by peer).");
    }
}
