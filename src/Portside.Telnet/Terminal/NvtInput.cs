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
    /// <returns>The start of <paramref name="data"/> that is left.</returns>
    public Span<byte> Filter(Span<byte> data)
    {
        var read = 0;
        var write = 0;
        while (read < data.Length)
        {
            if (_afterCr)
            {
                _afterCr = false;
                if (data[read] is 0 or (byte)'\n')
                {
                    read++;
                    continue;
                }
            }

            // Up to the next CR everything moves down together, and nothing moves before the first byte is dropped.
            var rest = data[read..];
            var length = rest.IndexOf((byte)'\r') + 1;
            _afterCr = length > 0;
            if (length == 0)
                length = rest.Length;
            if (write != read)
                rest[..length].CopyTo(data[write..]);
            read += length;
            write += length;
        }

        return data[..write];
    }
}
