namespace Portside.Telnet.Terminal;

/// <summary>
/// RFC 854's end of line towards a network virtual terminal without BINARY: a CR that no LF follows is sent as CR NUL.
/// </summary>
/// <remarks>The NUL waits until the next byte shows that it is needed, so that no CR is ever delayed.</remarks>
public struct NvtOutput
{
    private bool _afterCr;

    /// <summary>Whether the last byte was a CR whose NUL, if it needs one, is still to come.</summary>
    public readonly bool IsPending => _afterCr;

    /// <summary>Doubles IACs and completes lone CRs.</summary>
    /// <param name="source">Data.</param>
    /// <param name="destination">Where it goes; twice <paramref name="source"/>'s length and one more always suffice.</param>
    /// <param name="consumed">Bytes of <paramref name="source"/> used.</param>
    /// <param name="written">Bytes of <paramref name="destination"/> used.</param>
    public void Escape(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < source.Length && destination.Length - written >= 3)
        {
            if (_afterCr)
            {
                _afterCr = false;
                if (source[consumed] != '\n')
                    destination[written++] = 0;
            }

            var run = source[consumed..].IndexOf((byte)'\r');
            var part = source.Slice(consumed, run < 0 ? source.Length - consumed : run + 1);
            TelnetEncoder.Escape(part, destination[written..], out var partConsumed, out var partWritten);
            consumed += partConsumed;
            written += partWritten;
            if (partConsumed < part.Length)
                return;
            _afterCr = run >= 0;
        }
    }
}
