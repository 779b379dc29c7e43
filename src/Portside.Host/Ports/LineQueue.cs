using System.Buffers;

namespace Portside.Host.Ports;

/// <summary>
/// What is on its way over a line, bytes and the breaks between them: a ring that holds no memory while it is empty. Not
/// thread-safe.
/// </summary>
internal sealed class LineQueue
{
    /// <summary>Breaks held at once; a reader so far behind has enough of them.</summary>
    private const int MaxBreaks = 1024;

    private byte[]? _ring;
    private int _start;
    private Queue<long>? _breaks;
    private long _taken;

    /// <summary>Bytes waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Adds bytes at the end.</summary>
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

    /// <summary>Adds a break at the end.</summary>
    public void AppendBreak()
    {
        _breaks ??= new();
        if (_breaks.Count < MaxBreaks)
            _breaks.Enqueue(_taken + Count);
    }

    /// <summary>Takes a break, if one stands at the start.</summary>
    /// <returns>Whether one did.</returns>
    public bool TakeBreak()
    {
        if (_breaks is not { Count: > 0 } || _breaks.Peek() != _taken)
            return false;
        _breaks.Dequeue();
        return true;
    }

    /// <summary>Takes bytes from the start, up to the next break.</summary>
    /// <returns>How many bytes.</returns>
    public int Take(Span<byte> destination)
    {
        var length = Math.Min(destination.Length, Count);
        if (_breaks is { Count: > 0 })
            length = (int)Math.Min(length, _breaks.Peek() - _taken);
        if (length == 0)
            return 0;
        var first = Math.Min(length, _ring!.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(destination);
        _ring.AsSpan(0, length - first).CopyTo(destination[first..]);
        _start = (_start + length) % _ring.Length;
        _taken += length;
        Count -= length;
        if (Count == 0)
            GiveBack();
        return length;
    }

    /// <summary>Moves everything to the end of another queue.</summary>
    public void MoveTo(LineQueue other)
    {
        foreach (var at in _breaks ?? [])
        {
            if (other._breaks is null || other._breaks.Count < MaxBreaks)
                (other._breaks ??= new()).Enqueue(other._taken + other.Count + at - _taken);
        }

        if (Count > 0)
        {
            var first = Math.Min(Count, _ring!.Length - _start);
            other.Append(_ring.AsSpan(_start, first));
            other.Append(_ring.AsSpan(0, Count - first));
        }

        Clear();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _breaks = null;
        GiveBack();
    }

    private void GiveBack()
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

        GiveBack();
        _ring = larger;
        Count = count;
    }
}
