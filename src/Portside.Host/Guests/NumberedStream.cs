using System.Buffers.Text;

namespace Portside.Host.Guests;

/// <summary>
/// A stream in which every byte's place is known: records numbered from 0, so that whoever reads it can tell what was
/// lost or doubled, from wherever it joins.
/// </summary>
/// <remarks>
/// <code>
/// record  = number padding LF
/// number  = 16 lower-case hex digits, most significant first
/// padding = as many bytes as both ends agree on (0 by default); byte i of record n is (n + 31 i) modulo 256,
///           with 0B instead of LF: every value comes up, FF and NUL among them
/// </code>
/// </remarks>
public static class NumberedStream
{
    /// <summary>Hex digits of a record's number.</summary>
    public const int NumberLength = 16;

    /// <summary>Length of each record, in bytes.</summary>
    /// <param name="padding">Padding agreed on, in bytes.</param>
    /// <returns>At least 17.</returns>
    public static int RecordLength(int padding = 0) => NumberLength + padding + 1;

    /// <summary>Writes one record.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="record">Where it goes; its length says how much padding there is.</param>
    public static void Write(ulong number, Span<byte> record)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(record.Length, RecordLength(), nameof(record));
        Utf8Formatter.TryFormat(number, record, out _, new('x', NumberLength));
        for (var i = 0; i < record.Length - NumberLength - 1; i++)
            record[NumberLength + i] = Padding(number, i);
        record[^1] = (byte)'\n';
    }

    /// <summary>Reads one record.</summary>
    /// <param name="record">A record's bytes, its LF included.</param>
    /// <param name="number">Its number.</param>
    /// <returns>False when any byte is not as <see cref="Write"/> makes it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> record, out ulong number)
    {
        number = 0;
        if (record.Length < RecordLength() || record[^1] != '\n')
            return false;
        foreach (var digit in record[..NumberLength])
        {
            var value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                _ => -1,
            };
            if (value < 0)
                return false;
            number = (number << 4) | (uint)value;
        }

        for (var i = 0; i < record.Length - NumberLength - 1; i++)
        {
            if (record[NumberLength + i] != Padding(number, i))
                return false;
        }

        return true;
    }

    private static byte Padding(ulong number, int index)
    {
        var value = (byte)(number + (31u * (uint)index));
        return value == '\n' ? (byte)0x0B : value;
    }
}
