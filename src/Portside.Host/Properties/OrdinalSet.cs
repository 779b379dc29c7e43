using System.Numerics;

namespace Portside.Host.Properties;

/// <summary>A set of objects by <see cref="Inventory.ManagedObject.Ordinal"/>: a few numbers, or one bit for each object there is.</summary>
/// <remarks>
/// A thousand sessions may each watch ten thousand machines: a bit for each is a kilobyte, a dictionary half a megabyte.
/// Changed by one thread at a time; <see cref="Contains"/> may be asked by any thread meanwhile.
/// </remarks>
internal sealed class OrdinalSet
{
    private const int Few = 16;

    // Never changed in place, so that it can be read without a lock.
    private int[] _few = [];
    private ulong[]? _bits;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Next(0) < 0;

    /// <summary>Whether an ordinal is in it.</summary>
    /// <param name="ordinal">The ordinal; −1 is in none.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains(int ordinal)
    {
        var bits = Volatile.Read(ref _bits);
        if (bits is null)
            return Volatile.Read(ref _few).AsSpan().Contains(ordinal);
        return (uint)ordinal < (uint)bits.Length * 64u && (Volatile.Read(ref bits[ordinal >> 6]) >> (ordinal & 63) & 1) != 0;
    }

    /// <summary>Takes an ordinal in.</summary>
    /// <param name="ordinal">From 0.</param>
    /// <returns>Whether it was not in it.</returns>
    public bool Add(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        if (_bits is null)
        {
            if (_few.AsSpan().Contains(ordinal))
                return false;
            if (_few.Length < Few)
            {
                int[] grown = [.. _few, ordinal];
                Array.Sort(grown);
                Volatile.Write(ref _few, grown);
                return true;
            }

            var bits = new ulong[(Math.Max(_few[^1], ordinal) >> 6) + 1];
            foreach (var member in _few)
                bits[member >> 6] |= 1UL << (member & 63);
            Volatile.Write(ref _bits, bits);
        }

        if (ordinal >> 6 >= _bits!.Length)
        {
            var grown = new ulong[Math.Max((ordinal >> 6) + 1, _bits.Length + (_bits.Length >> 2))];
            _bits.CopyTo(grown, 0);
            Volatile.Write(ref _bits, grown);
        }

        ref var word = ref _bits[ordinal >> 6];
        var bit = 1UL << (ordinal & 63);
        if ((word & bit) != 0)
            return false;
        Volatile.Write(ref word, word | bit);
        return true;
    }

    /// <summary>Takes an ordinal out.</summary>
    /// <param name="ordinal">The ordinal.</param>
    /// <returns>Whether it was in it.</returns>
    public bool Remove(int ordinal)
    {
        if (!Contains(ordinal))
            return false;
        if (_bits is null)
            Volatile.Write(ref _few, [.. _few.Where(member => member != ordinal)]);
        else
            Volatile.Write(ref _bits[ordinal >> 6], _bits[ordinal >> 6] & ~(1UL << (ordinal & 63)));
        return true;
    }

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        Volatile.Write(ref _few, []);
        Volatile.Write(ref _bits, null);
    }

    /// <summary>Another set of the same.</summary>
    /// <returns>The copy.</returns>
    public OrdinalSet Copy() => new() { _few = _few, _bits = (ulong[]?)_bits?.Clone() };

    /// <summary>The lowest member from a number on that another set does not have.</summary>
    /// <param name="from">Where to begin, from 0.</param>
    /// <param name="other">The other set.</param>
    /// <returns>−1 if there is none.</returns>
    public int NextNotIn(int from, OrdinalSet other)
    {
        if (_bits is null || other._bits is null)
        {
            var next = Next(from);
            while (next >= 0 && other.Contains(next))
                next = Next(next + 1);
            return next;
        }

        var index = from >> 6;
        if (index >= _bits.Length)
            return -1;
        var word = Left(index) & (ulong.MaxValue << (from & 63));
        while (word == 0)
        {
            if (++index >= _bits.Length)
                return -1;
            word = Left(index);
        }

        return (index << 6) + BitOperations.TrailingZeroCount(word);

        ulong Left(int index) => _bits[index] & ~(index < other._bits.Length ? other._bits[index] : 0);
    }

    /// <summary>The lowest member from a number on.</summary>
    /// <param name="from">Where to begin, from 0.</param>
    /// <returns>−1 if there is none.</returns>
    public int Next(int from)
    {
        if (_bits is null)
        {
            foreach (var member in _few)
            {
                if (member >= from)
                    return member;
            }

            return -1;
        }

        var index = from >> 6;
        if (index >= _bits.Length)
            return -1;
        var word = _bits[index] & (ulong.MaxValue << (from & 63));
        while (word == 0)
        {
            if (++index >= _bits.Length)
                return -1;
            word = _bits[index];
        }

        return (index << 6) + BitOperations.TrailingZeroCount(word);
    }
}
