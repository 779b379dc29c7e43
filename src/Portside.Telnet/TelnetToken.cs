namespace Portside.Telnet;

/// <summary>One unit of a telnet stream. Valid until the next call of the decoder that made it.</summary>
public readonly ref struct TelnetToken
{
    internal TelnetToken(TelnetTokenKind kind, byte command, byte option, Span<byte> payload)
    {
        Kind = kind;
        Command = command;
        Option = option;
        Payload = payload;
    }

    /// <summary>What this token is.</summary>
    public TelnetTokenKind Kind { get; }

    /// <summary>The command byte of a command or negotiation.</summary>
    public byte Command { get; }

    /// <summary>The option of a negotiation or subnegotiation.</summary>
    public byte Option { get; }

    /// <summary>Data, or the subnegotiation after its option byte, unescaped; whoever holds the token may change it.</summary>
    public Span<byte> Payload { get; }
}
