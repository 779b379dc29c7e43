using System.Buffers;

namespace Portside.Telnet;

/// <summary>Writes telnet (RFC 854, 855): data with every IAC doubled, commands, negotiations, subnegotiations.</summary>
public static class TelnetEncoder
{
    /// <summary>
    /// Where an IAC follows another within so many bytes, the next <see cref="DenseBlock"/> are dealt with one by one: a
    /// search costs as much as looking at a dozen bytes. Measured with every second byte an IAC: three to five times as
    /// fast; with one in a hundred: no difference.
    /// </summary>
    internal const int Dense = 8;

    /// <inheritdoc cref="Dense"/>
    internal const int DenseBlock = 32;

    /// <summary>Doubles every IAC of <paramref name="source"/>, as far as <paramref name="destination"/> holds.</summary>
    /// <param name="source">Data.</param>
    /// <param name="destination">Where it goes; twice <paramref name="source"/>'s length always suffices.</param>
    /// <param name="consumed">Bytes of <paramref name="source"/> used.</param>
    /// <param name="written">Bytes of <paramref name="destination"/> used; never half a doubled IAC.</param>
    public static void Escape(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < source.Length)
        {
            var plain = source[consumed..].IndexOf(TelnetCommand.Iac);
            if (plain < 0)
                plain = source.Length - consumed;
            var copied = Math.Min(plain, destination.Length - written);
            source.Slice(consumed, copied).CopyTo(destination[written..]);
            consumed += copied;
            written += copied;
            if (copied < plain)
                return;

            var run = source[consumed..].IndexOfAnyExcept(TelnetCommand.Iac);
            if (run < 0)
                run = source.Length - consumed;
            var doubled = Math.Min(run, (destination.Length - written) / 2);
            destination.Slice(written, doubled * 2).Fill(TelnetCommand.Iac);
            consumed += doubled;
            written += doubled * 2;
            if (doubled < run)
                return;
            if (plain + run < Dense)
                EscapeDense(source, destination, ref consumed, ref written);
        }
    }

    /// <summary>Writes data with every IAC doubled.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="data">Data.</param>
    public static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            Escape(data, output.GetSpan(2), out var consumed, out var written);
            output.Advance(written);
            data = data[consumed..];
        }
    }

    /// <summary>Writes a command without operand.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="command">Such as <see cref="TelnetCommand.Break"/>.</param>
    public static void WriteCommand(IBufferWriter<byte> output, byte command) =>
        output.Write([TelnetCommand.Iac, command]);

    /// <summary>Writes WILL, WONT, DO or DONT.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="verb"><see cref="TelnetCommand.Will"/> to <see cref="TelnetCommand.Dont"/>.</param>
    /// <param name="option">The option's code.</param>
    public static void WriteNegotiation(IBufferWriter<byte> output, byte verb, byte option) =>
        output.Write([TelnetCommand.Iac, verb, option]);

    /// <summary>Writes a subnegotiation: <c>IAC SB</c>, option and payload with every IAC doubled, <c>IAC SE</c>.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="option">The option's code.</param>
    /// <param name="payload">What follows the option's code, unescaped.</param>
    public static void WriteSubnegotiation(IBufferWriter<byte> output, byte option, ReadOnlySpan<byte> payload)
    {
        output.Write([TelnetCommand.Iac, TelnetCommand.Sb]);
        WriteData(output, [option]);
        WriteData(output, payload);
        output.Write([TelnetCommand.Iac, TelnetCommand.Se]);
    }

    private static void EscapeDense(
        ReadOnlySpan<byte> source,
        Span<byte> destination,
        ref int consumed,
        ref int written)
    {
        var count = Math.Min(DenseBlock, Math.Min(source.Length - consumed, (destination.Length - written) / 2));
        var doubled = destination.Slice(written, 2 * count);
        var at = 0;
        foreach (var b in source.Slice(consumed, count))
        {
            // Both bytes are always written and the second is kept or not, which spares a branch nobody can predict.
            doubled[at + 1] = TelnetCommand.Iac;
            doubled[at] = b;
            at += b == TelnetCommand.Iac ? 2 : 1;
        }

        consumed += count;
        written += at;
    }
}
