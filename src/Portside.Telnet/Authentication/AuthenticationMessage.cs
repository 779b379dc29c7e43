using System.Buffers;

namespace Portside.Telnet.Authentication;

/// <summary>
/// AUTHENTICATION (RFC 2941) as far as hosts use it: type SSL starts TLS in the middle of a telnet connection.
/// </summary>
/// <remarks>
/// <code>
/// SEND  = IAC SB 37 01 *( type modifier ) IAC SE         concentrator
/// IS    = IAC SB 37 00 type modifier command IAC SE      machine; type NULL declines
/// REPLY = IAC SB 37 02 type modifier command IAC SE      concentrator; the TLS handshake follows an ACCEPT
/// </code>
/// </remarks>
public static class AuthenticationMessage
{
    /// <summary>IS, REPLY and SEND, the suboption codes of RFC 2941 §2.</summary>
    public const byte Is = 0;

    /// <inheritdoc cref="Is"/>
    public const byte Send = 1;

    /// <inheritdoc cref="Is"/>
    public const byte Reply = 2;

    /// <summary>Authentication type NULL: none of the offered.</summary>
    public const byte TypeNull = 0;

    /// <summary>Authentication type SSL.</summary>
    public const byte TypeSsl = 7;

    /// <summary>SSL's START (machine), ACCEPT and REJECT (concentrator).</summary>
    public const byte Start = 1;

    /// <inheritdoc cref="Start"/>
    public const byte Accept = 2;

    /// <inheritdoc cref="Start"/>
    public const byte Reject = 3;

    /// <summary>Writes SEND with the one pair SSL, modifier 0.</summary>
    /// <param name="output">Where it goes.</param>
    public static void WriteSend(IBufferWriter<byte> output) =>
        TelnetEncoder.WriteSubnegotiation(output, TelnetOptionCode.Authentication, [Send, TypeSsl, 0]);

    /// <summary>Writes IS.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="modifier">The modifier offered with type SSL.</param>
    public static void WriteStart(IBufferWriter<byte> output, byte modifier) =>
        TelnetEncoder.WriteSubnegotiation(output, TelnetOptionCode.Authentication, [Is, TypeSsl, modifier, Start]);

    /// <summary>Writes IS with type NULL: none of the offered.</summary>
    /// <param name="output">Where it goes.</param>
    public static void WriteDecline(IBufferWriter<byte> output) =>
        TelnetEncoder.WriteSubnegotiation(output, TelnetOptionCode.Authentication, [Is, TypeNull, 0]);

    /// <summary>Writes REPLY.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="modifier">The modifier the machine named.</param>
    /// <param name="accept">ACCEPT, after which TLS begins, or REJECT.</param>
    public static void WriteReply(IBufferWriter<byte> output, byte modifier, bool accept) =>
        TelnetEncoder.WriteSubnegotiation(
            output,
            TelnetOptionCode.Authentication,
            [Reply, TypeSsl, modifier, accept ? Accept : Reject]);

    /// <summary>Reads IS SSL START.</summary>
    /// <param name="payload">What followed the option's code.</param>
    /// <param name="modifier">The modifier to repeat in REPLY.</param>
    /// <returns>False for anything else, a decline among them.</returns>
    public static bool IsStart(ReadOnlySpan<byte> payload, out byte modifier)
    {
        modifier = payload.Length > 2 ? payload[2] : (byte)0;
        return payload is [Is, TypeSsl, _, Start, ..];
    }

    /// <summary>Reads SEND and picks a pair: SSL with modifier 0 if offered, else any pair of type SSL.</summary>
    /// <param name="payload">What followed the option's code.</param>
    /// <param name="modifier">The modifier of the pair picked.</param>
    /// <returns>False when SSL is not offered, or this is not SEND.</returns>
    public static bool OffersSsl(ReadOnlySpan<byte> payload, out byte modifier)
    {
        modifier = 0;
        if (payload is not [Send, ..])
            return false;
        var found = false;
        for (var pairs = payload[1..]; pairs.Length >= 2; pairs = pairs[2..])
        {
            if (pairs[0] != TypeSsl)
                continue;
            if (!found)
                modifier = pairs[1];
            found = true;
            if (pairs[1] == 0)
                modifier = 0;
        }

        return found;
    }

    /// <summary>Reads REPLY of type SSL.</summary>
    /// <param name="payload">What followed the option's code.</param>
    /// <param name="accepted">True for ACCEPT, false for REJECT.</param>
    /// <returns>False when this is not such a REPLY.</returns>
    public static bool IsReply(ReadOnlySpan<byte> payload, out bool accepted)
    {
        accepted = payload is [Reply, TypeSsl, _, Accept, ..];
        return accepted || payload is [Reply, TypeSsl, _, Reject, ..];
    }
}
