namespace Portside.Telnet.Terminal;

/// <summary>
/// RFC 854's end of line, as a network virtual terminal sends it without BINARY: CR NUL and CR LF both mean the
/// Return key, which a serial line carries as CR alone.
/// </summary>
public struct NvtInput
{
    private bool _afterCr;

    /// <summary>Drops, in place, the NUL or LF behind each CR; the pair may lie across two calls.</summary>
    /// <param name="data">Unescaped data.</param>
    /// <returns>The part of <paramref name="data"/> that is left.</returns>
    public Span<byte> Filter(Span<byte> data)
    {
        if (_afterCr && !data.IsEmpty)
        {
            _afterCr = false;
            if (IsDropped(data[0]))
                data = data[1..];
        }

        var read = data.IndexOf((byte)'\r') + 1;
        if (read == 0)
            return data;

        var write = read;
        while (read < data.Length)
        {
            // read is behind a CR, and everything up to the next one moves down.
            if (IsDropped(data[read]))
                read++;
            var rest = data[read..];
            var length = rest.IndexOf((byte)'\r') + 1;
            if (length == 0)
            {
                rest.CopyTo(data[write..]);
                return data[..(write + rest.Length)];
            }

            rest[..length].CopyTo(data[write..]);
            read += length;
            write += length;
        }

        _afterCr = true;
        return data[..write];
    }

    private static bool IsDropped(byte behindCr) => behindCr is 0 or (byte)'\n';
}
