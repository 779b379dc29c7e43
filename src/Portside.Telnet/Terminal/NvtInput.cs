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
        if (!_afterCr && data.IndexOf((byte)'\r') < 0)
            return data;
        var write = 0;
        foreach (var b in data)
        {
            if (_afterCr && b is 0 or (byte)'\n')
            {
                _afterCr = false;
                continue;
            }

            _afterCr = b == '\r';
            data[write++] = b;
        }

        return data[..write];
    }
}
