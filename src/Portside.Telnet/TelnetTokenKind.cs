namespace Portside.Telnet;

/// <summary>What a <see cref="TelnetToken"/> is.</summary>
public enum TelnetTokenKind : byte
{
    /// <summary>Data bytes, unescaped.</summary>
    Data,

    /// <summary>A command without operand, such as <see cref="TelnetCommand.Break"/>.</summary>
    Command,

    /// <summary>WILL, WONT, DO or DONT with its option.</summary>
    Negotiation,

    /// <summary>A whole subnegotiation, unescaped.</summary>
    Subnegotiation,

    /// <summary>A subnegotiation cut off by another command; what came of it is in the payload.</summary>
    BrokenSubnegotiation,

    /// <summary>A command no RFC defines, or SE outside a subnegotiation; to be counted and passed over.</summary>
    Undefined,
}
