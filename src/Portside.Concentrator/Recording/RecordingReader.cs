namespace Portside.Concentrator.Recording;

/// <summary>A cursor over a <see cref="PortRecording"/>. One thread at a time reads; any thread may look at the position.</summary>
public sealed class RecordingReader
{
    private readonly PortRecording _recording;
    private readonly Action _wake;
    private long _position;
    private bool _lossy;

    internal RecordingReader(PortRecording recording, long position, Action wake) =>
        (_recording, _position, _wake) = (recording, position, wake);

    /// <summary>Position of the next byte to read.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Whether nothing is left to read just now.</summary>
    public bool AtEnd => Position >= _recording.End;

    /// <summary>Whether this reader would rather lose bytes than cost memory or be waited for; default false.</summary>
    public bool Lossy
    {
        get => Volatile.Read(ref _lossy);
        set => Volatile.Write(ref _lossy, value);
    }

    /// <summary>Copies the next bytes, at most <paramref name="destination"/>'s length.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="missed">Bytes that were overwritten before this reader came to them; they precede the ones returned.</param>
    /// <returns>Bytes copied; 0 at the end.</returns>
    public int Read(Span<byte> destination, out long missed)
    {
        var position = _position;
        var count = _recording.Read(ref position, destination, out missed);
        Volatile.Write(ref _position, position);
        return count;
    }

    /// <summary>As <see cref="Read"/>, but the bytes stay unread until <see cref="Advance"/>.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="missed">Bytes that were overwritten before this reader came to them; they precede the ones returned.</param>
    /// <returns>Bytes copied; 0 at the end.</returns>
    public int Peek(Span<byte> destination, out long missed)
    {
        var position = _position;
        return _recording.Read(ref position, destination, out missed);
    }

    /// <summary>Counts bytes as read.</summary>
    /// <param name="count">What <see cref="Peek"/> returned or less, and the bytes it said were missed.</param>
    public void Advance(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _recording.End - _position);
        Volatile.Write(ref _position, _position + count);
    }

    /// <summary>Goes back to read recent bytes again; to be called by the thread that reads.</summary>
    /// <param name="bytes">How far; the oldest byte kept is the limit.</param>
    public void MoveBack(long bytes) =>
        Volatile.Write(ref _position, Math.Max(_recording.Start, _position - Math.Max(0, bytes)));

    /// <summary>Skips all that is unread, as if it had been read; to be called by the thread that reads.</summary>
    public void MoveToEnd() => Volatile.Write(ref _position, _recording.End);

    internal void Wake() => _wake();
}
