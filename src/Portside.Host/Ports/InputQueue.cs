using System.Buffers;

namespace Portside.Host.Ports;

/// <summary>Input on its way to the guest: a ring that holds no memory while it is empty. Not thread-safe.</summary>
internal sealed class InputQueue
{
    private byte[]? _ring;
    private int _start;

    /// <summary>Bytes waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Adds input at the end.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        if (_ring is null || _ring.Length - Count < data.Length)
            Grow(Count + data.Length);
        var end = (_start + Count) % _ring!.Length;
        var first = Math.Min(data.Length, _ring.Length - end);
        data[..first].CopyTo(_ring.AsSpan(end));
        data[first..].CopyTo(_ring);
        Count += data.Length;
    }

    /// <summary>Takes input from the start.</summary>
    /// <returns>How many bytes.</returns>
    public int Take(Span<byte> destination)
    {
        var length = Math.Min(destination.Length, Count);
        if (length == 0)
            return 0;
        var first = Math.Min(length, _ring!.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(destination);
        _ring.AsSpan(0, length - first).CopyTo(destination[first..]);
        _start = (_start + length) % _ring.Length;
        Count -= length;
        if (Count == 0)
            Clear();
        return length;
    }

    /// <summary>Moves everything to the end of another queue.</summary>
    public void MoveTo(InputQueue other)
    {
        if (Count == 0)
            return;
        var first = Math.Min(Count, _ring!.Length - _start);
        other.Append(_ring.AsSpan(_start, first));
        other.Append(_ring.AsSpan(0, Count - first));
        Clear();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        if (_ring is not null)
            ArrayPool<byte>.Shared.Return(_ring);
        _ring = null;
        _start = 0;
        Count = 0;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, needed));
        var count = Count;
        if (count > 0)
        {
            var first = Math.Min(count, _ring!.Length - _start);
            _ring.AsSpan(_start, first).CopyTo(larger);
            _ring.AsSpan(0, count - first).CopyTo(larger.AsSpan(first));
        }

        Clear();
        _ring = larger;
        Count = count;
    }
}
