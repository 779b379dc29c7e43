namespace Portside.Telnet;

/// <summary>Telnet's command bytes (RFC 854; 239 and below are undefined).</summary>
public static class TelnetCommand
{
    /// <summary>End of a subnegotiation.</summary>
    public const byte Se = 240;

    /// <summary>No operation.</summary>
    public const byte Nop = 241;

    /// <summary>Data mark: the data part of a Synch.</summary>
    public const byte DataMark = 242;

    /// <summary>Break: the line's break signal.</summary>
    public const byte Break = 243;

    /// <summary>Interrupt process.</summary>
    public const byte InterruptProcess = 244;

    /// <summary>Abort output.</summary>
    public const byte AbortOutput = 245;

    /// <summary>Are you there: asks for visible evidence.</summary>
    public const byte AreYouThere = 246;

    /// <summary>Erase character.</summary>
    public const byte EraseCharacter = 247;

    /// <summary>Erase line.</summary>
    public const byte EraseLine = 248;

    /// <summary>Go ahead.</summary>
    public const byte GoAhead = 249;

    /// <summary>Start of a subnegotiation.</summary>
    public const byte Sb = 250;

    /// <summary>The sender offers to perform, or performs, an option.</summary>
    public const byte Will = 251;

    /// <summary>The sender will not perform an option.</summary>
    public const byte Wont = 252;

    /// <summary>The sender asks its peer to perform an option.</summary>
    public const byte Do = 253;

    /// <summary>The sender asks its peer not to perform an option.</summary>
    public const byte Dont = 254;

    /// <summary>Interpret as command; as data it is sent twice.</summary>
    public const byte Iac = 255;
}
