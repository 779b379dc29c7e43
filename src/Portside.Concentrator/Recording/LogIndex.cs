using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Portside.Concentrator.Hosting;

namespace Portside.Concentrator.Recording;

/// <summary>
/// When the bytes of one log file were written: entries of 16 bytes, little-endian, in order of both fields.
/// <code>
/// int64 time    milliseconds since 1970 UTC
/// int64 offset  of the first byte written at that time or after
/// </code>
/// </summary>
/// <remarks>
/// There is an entry for each second in which something was written, made before the bytes are. The index is an aid: a
/// torn last entry is ignored and written over, and without an index a file counts as written all at once, at its end.
/// </remarks>
internal static class LogIndex
{
    internal const int EntrySize = 16;

    /// <summary>Least milliseconds between entries; a longer reach back than this is never needed.</summary>
    internal const long Spacing = 1000;

    /// <summary>Adds an entry behind the whole ones.</summary>
    internal static void Append(string path, long time, long offset)
    {
        using var file = StateDirectory.Create(path, FileMode.OpenOrCreate);
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt64LittleEndian(entry, time);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], offset);
        RandomAccess.Write(file.SafeFileHandle, entry, RandomAccess.GetLength(file.SafeFileHandle) / EntrySize * EntrySize);
    }

    /// <summary>Cuts off what cannot belong to a file of <paramref name="length"/> bytes.</summary>
    /// <returns>Time of the last entry; null when there is none.</returns>
    internal static long? Repair(string path, long length)
    {
        if (!File.Exists(path))
            return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0);
        var size = RandomAccess.GetLength(file.SafeFileHandle);
        var count = size / EntrySize;
        while (count > 0 && Entry(file.SafeFileHandle, count - 1).Offset > length)
            count--;
        if (count * EntrySize < size)
            RandomAccess.SetLength(file.SafeFileHandle, count * EntrySize);
        return count == 0 ? null : Entry(file.SafeFileHandle, count - 1).Time;
    }

    /// <summary>Where to begin reading to see everything written at <paramref name="since"/> or later.</summary>
    /// <param name="path">The index.</param>
    /// <param name="since">A time, in milliseconds since 1970 UTC.</param>
    /// <param name="length">Length of the log file.</param>
    /// <param name="end">When the file was last written, for want of an index.</param>
    /// <returns>An offset; <paramref name="length"/> when everything is older.</returns>
    internal static long Find(string path, long since, long length, long end)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var count = RandomAccess.GetLength(file) / EntrySize;
            if (count > 0)
                return Find(file, count, since, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As good as none.
        }

        return end + Spacing >= since ? 0 : length;
    }

    private static long Find(SafeFileHandle file, long count, long since, long length)
    {
        // A byte belongs to the last entry not later than itself, and to one no more than the spacing before it.
        long low = 0, high = count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Entry(file, middle).Time > since - Spacing)
                high = middle;
            else
                low = middle + 1;
        }

        if (low == count)
            return length;
        var found = Entry(file, low);
        // Bytes before the first entry lost theirs; they may be as young as it.
        return low == 0 && since <= found.Time ? 0 : Math.Min(found.Offset, length);
    }

    private static (long Time, long Offset) Entry(SafeFileHandle file, long number)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        if (RandomAccess.Read(file, entry, number * EntrySize) < EntrySize)
            return (long.MaxValue, long.MaxValue);
        return (BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]));
    }
}
