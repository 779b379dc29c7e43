using System.Buffers;
using Portside.Lines;
using Portside.Telnet;
using Portside.Telnet.Authentication;

namespace Portside.SerialPorts;

/// <summary>Asks for TLS within telnet, as a machine does by the AUTHENTICATION option; says nothing else.</summary>
/// <remarks>
/// <code>
/// IAC WILL 37                  →
///                              ←  IAC DO 37, IAC SB 37 SEND …SSL… IAC SE
/// IAC SB 37 IS SSL START       →
///                              ←  IAC SB 37 REPLY SSL ACCEPT IAC SE, and the handshake
/// </code>
/// </remarks>
internal static class InBandTls
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Asks.</summary>
    /// <param name="stream">A connection on which nothing was said.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The stream on which the handshake begins; null where TLS is not offered.</returns>
    /// <exception cref="IOException">The connection ended.</exception>
    public static async Task<Stream?> BeginAsync(Stream stream, CancellationToken cancellation)
    {
        var output = new ArrayBufferWriter<byte>();
        TelnetEncoder.WriteNegotiation(output, TelnetCommand.Will, TelnetOptionCode.Authentication);
        var decoder = new TelnetDecoder();
        var buffer = new byte[4096];
        for (var read = 0; read < MostBytes;)
        {
            await stream.WriteAsync(output.WrittenMemory, cancellation);
            output.ResetWrittenCount();
            var count = await stream.ReadAsync(buffer, cancellation);
            if (count == 0)
                throw new EndOfStreamException("the connection was closed");
            read += count;
            var (answer, behind) = Read(decoder, buffer.AsSpan(0, count), output);
            if (answer is { } isAccepted)
                return !isAccepted ? null : behind.Length == 0 ? stream : new PrefixedStream(behind, stream);
        }

        return null;
    }

    /// <summary>Takes what came.</summary>
    /// <returns>Whether TLS begins, null while that is open; and what follows the answer.</returns>
    private static (bool? Answer, byte[] Behind) Read(TelnetDecoder decoder, Span<byte> source, ArrayBufferWriter<byte> output)
    {
        try
        {
            while (decoder.TryRead(ref source, out var token))
            {
                if (token.Option != TelnetOptionCode.Authentication)
                    continue;
                if (token.Kind == TelnetTokenKind.Negotiation && token.Command == TelnetCommand.Dont)
                    return (false, []);
                if (token.Kind != TelnetTokenKind.Subnegotiation)
                    continue;
                if (AuthenticationMessage.IsReply(token.Payload, out var isAccepted))
                    return (isAccepted, source.ToArray());
                if (AuthenticationMessage.OffersSsl(token.Payload, out var modifier))
                    AuthenticationMessage.WriteStart(output, modifier);
                else if (token.Payload is [AuthenticationMessage.Send, ..])
                    return (false, []);
            }
        }
        catch (TelnetProtocolException)
        {
            // Whatever it speaks, it is not telnet.
            return (false, []);
        }

        return (null, []);
    }
}
