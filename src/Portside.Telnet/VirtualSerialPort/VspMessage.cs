using System.Buffers;

namespace Portside.Telnet.VirtualSerialPort;

/// <summary>One message of option 232: <c>code payload</c>.</summary>
/// <remarks>
/// The payload's shape follows from the code: a list of codes (0, 1), one code (2, 3), a sequence (40, 43, 45, 46), a
/// sequence and secret as one opaque key (41, 44), direction and URI (70), text (80, 82, 84, 86), or nothing. Lengths
/// are not carried, so a key is never taken apart by the one who reads it. The span lives as long as the token it was
/// read from.
/// </remarks>
public readonly ref struct VspMessage
{
    private VspMessage(VspCode code, ReadOnlySpan<byte> payload)
    {
        Code = code;
        Payload = payload;
    }

    /// <summary>What the message is; a value <see cref="VspCode"/> does not name is an unknown suboption.</summary>
    public VspCode Code { get; }

    /// <summary>What follows the code, unescaped.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Reads a subnegotiation's payload.</summary>
    /// <param name="payload">What followed the option's code.</param>
    /// <param name="message">The message.</param>
    /// <returns>False for a subnegotiation without a suboption code, which is to be ignored.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out VspMessage message)
    {
        message = payload.IsEmpty ? default : new((VspCode)payload[0], payload[1..]);
        return !payload.IsEmpty;
    }

    /// <summary>Writes a message as a whole subnegotiation: <c>IAC SB 232 code payload IAC SE</c>.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="code">What it is.</param>
    /// <param name="payload">What follows the code, unescaped.</param>
    /// <param name="more">What follows <paramref name="payload"/>: the secret behind a sequence, the URI behind a direction.</param>
    public static void Write(
        IBufferWriter<byte> output,
        VspCode code,
        ReadOnlySpan<byte> payload = default,
        ReadOnlySpan<byte> more = default)
    {
        output.Write([TelnetCommand.Iac, TelnetCommand.Sb, TelnetOptionCode.VirtualSerialPort]);
        TelnetEncoder.WriteData(output, [(byte)code]);
        TelnetEncoder.WriteData(output, payload);
        TelnetEncoder.WriteData(output, more);
        output.Write([TelnetCommand.Iac, TelnetCommand.Se]);
    }
}
