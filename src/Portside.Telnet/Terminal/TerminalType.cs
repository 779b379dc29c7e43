using System.Buffers;
using System.Text;

namespace Portside.Telnet.Terminal;

/// <summary>TERMINAL-TYPE (RFC 1091): <c>IAC SB 24 SEND IAC SE</c> asks, <c>IAC SB 24 IS name IAC SE</c> answers.</summary>
public static class TerminalType
{
    /// <summary>Longest name, in characters (RFC 1091 §3).</summary>
    public const int MaxLength = 40;

    private const byte Is = 0;
    private const byte Send = 1;

    /// <summary>Asks for the terminal's type.</summary>
    /// <param name="output">Where it goes.</param>
    public static void WriteSend(IBufferWriter<byte> output) =>
        TelnetEncoder.WriteSubnegotiation(output, TelnetOptionCode.TerminalType, [Send]);

    /// <summary>Tells the terminal's type.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="name">ASCII.</param>
    public static void WriteIs(IBufferWriter<byte> output, string name) =>
        TelnetEncoder.WriteSubnegotiation(output, TelnetOptionCode.TerminalType, [Is, .. Encoding.ASCII.GetBytes(name)]);

    /// <summary>Reads an answer.</summary>
    /// <param name="payload">What followed the option's code.</param>
    /// <param name="name">The name, its unprintable characters dropped.</param>
    /// <returns>False unless it is an IS of 1 to <see cref="MaxLength"/> characters, one of them printable.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out string name)
    {
        name = "";
        if (payload is not [Is, .. var text] || text.Length is 0 or > MaxLength)
            return false;
        name = string.Concat(Encoding.ASCII.GetString(text).Where(c => c is > ' ' and <= '~'));
        return name.Length > 0;
    }

    /// <summary>Whether a payload asks for the terminal's type.</summary>
    /// <param name="payload">What followed the option's code.</param>
    /// <returns>True for SEND.</returns>
    public static bool IsSend(ReadOnlySpan<byte> payload) => payload is [Send];
}
