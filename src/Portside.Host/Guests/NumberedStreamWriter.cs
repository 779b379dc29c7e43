namespace Portside.Host.Guests;

/// <summary>Writes a <see cref="NumberedStream"/>. Not thread-safe.</summary>
/// <param name="padding">Padding of each record, in bytes.</param>
/// <param name="first">Number of the first record.</param>
public sealed class NumberedStreamWriter(int padding = 0, ulong first = 0)
{
    /// <summary>Length of each record, in bytes.</summary>
    public int RecordLength { get; } = NumberedStream.RecordLength(padding);

    /// <summary>Number of the next record: how many were written, when counting from 0.</summary>
    public ulong Next { get; private set; } = first;

    /// <summary>Writes whole records as far as they fit.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="most">Most records to write.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination, long most = long.MaxValue)
    {
        var records = (int)Math.Min(most, destination.Length / RecordLength);
        for (var record = 0; record < records; record++)
            NumberedStream.Write(Next++, destination.Slice(record * RecordLength, RecordLength));
        return Math.Max(0, records) * RecordLength;
    }
}
