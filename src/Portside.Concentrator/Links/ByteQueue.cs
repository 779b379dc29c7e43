using System.Buffers;
using Portside.Telnet;

namespace Portside.Concentrator.Links;

/// <summary>Bytes that wait to be sent: a ring that grows up to its limit and holds no memory while empty.</summary>
/// <remarks>Not thread-safe; its owner's lock guards it.</remarks>
/// <param name="limit">Bytes it holds at most.</param>
internal sealed class ByteQueue(int limit) : IBufferWriter<byte>
{
    private const int SmallestRing = 256;

    private byte[] _ring = [];
    private int _head;

    /// <summary>Bytes waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that still fit; 0 also when a writer of messages went past the limit.</summary>
    public int Room => Math.Max(0, limit - Count);

    /// <summary>Appends as much as fits.</summary>
    /// <param name="bytes">Bytes.</param>
    /// <returns>How many were taken.</returns>
    public int Enqueue(ReadOnlySpan<byte> bytes)
    {
        var taken = bytes[..Math.Min(bytes.Length, Room)];
        Append(taken);
        return taken.Length;
    }

    /// <summary>Moves waiting bytes out as they are.</summary>
    /// <param name="destination">Where they go.</param>
    /// <returns>Bytes moved.</returns>
    public int Dequeue(Span<byte> destination)
    {
        var count = Math.Min(Count, destination.Length);
        var first = Math.Min(count, _ring.Length - _head);
        _ring.AsSpan(_head, first).CopyTo(destination);
        _ring.AsSpan(0, count - first).CopyTo(destination[first..]);
        Drop(count);
        return count;
    }

    /// <summary>Moves waiting bytes out with every IAC doubled.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="limit">Bytes to take at most.</param>
    /// <param name="consumed">Bytes taken from the queue.</param>
    /// <returns>Bytes written.</returns>
    public int DequeueEscaped(Span<byte> destination, int limit, out int consumed)
    {
        var count = Math.Min(Count, limit);
        var first = Math.Min(count, _ring.Length - _head);
        TelnetEncoder.Escape(_ring.AsSpan(_head, first), destination, out consumed, out var written);
        if (consumed == first && count > first)
        {
            TelnetEncoder.Escape(_ring.AsSpan(0, count - first), destination[written..], out var more, out var moreWritten);
            consumed += more;
            written += moreWritten;
        }

        Drop(consumed);
        return written;
    }

    /// <summary>Throws everything away.</summary>
    /// <returns>Bytes thrown away.</returns>
    public int Clear()
    {
        var count = Count;
        Drop(count);
        return count;
    }

    void IBufferWriter<byte>.Advance(int count) => Count += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => throw new NotSupportedException();

    /// <summary>Space behind the last byte, whatever the limit: messages are written whole, and their owner looks at <see cref="Room"/>.</summary>
    /// <param name="sizeHint">Bytes wanted.</param>
    /// <returns>A contiguous span of at least that length.</returns>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        var wanted = Math.Max(sizeHint, 16);
        var tail = _head + Count;
        if (_ring.Length - tail < wanted || tail > _ring.Length)
            Resize(Math.Max(_ring.Length, Count + wanted));
        return _ring.AsSpan(_head + Count);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if (Count + bytes.Length > _ring.Length)
            Resize(Count + bytes.Length);
        var tail = (_head + Count) % _ring.Length;
        var first = Math.Min(bytes.Length, _ring.Length - tail);
        bytes[..first].CopyTo(_ring.AsSpan(tail));
        bytes[first..].CopyTo(_ring);
        Count += bytes.Length;
    }

    private void Resize(int needed)
    {
        var ring = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestRing, needed));
        var first = Math.Min(Count, _ring.Length - _head);
        _ring.AsSpan(_head, first).CopyTo(ring);
        _ring.AsSpan(0, Count - first).CopyTo(ring.AsSpan(first));
        GiveBack();
        _ring = ring;
        _head = 0;
    }

    private void Drop(int count)
    {
        Count -= count;
        if (Count == 0)
        {
            GiveBack();
            _ring = [];
            _head = 0;
            return;
        }

        _head = (_head + count) % _ring.Length;
    }

    private void GiveBack()
    {
        if (_ring.Length > 0)
            ArrayPool<byte>.Shared.Return(_ring);
    }
}
