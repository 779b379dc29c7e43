namespace Portside.Telnet;

/// <summary>The option codes Portside speaks.</summary>
public static class TelnetOptionCode
{
    /// <summary>TRANSMIT-BINARY (RFC 856).</summary>
    public const byte Binary = 0;

    /// <summary>ECHO (RFC 857).</summary>
    public const byte Echo = 1;

    /// <summary>SUPPRESS-GO-AHEAD (RFC 858).</summary>
    public const byte SuppressGoAhead = 3;

    /// <summary>TERMINAL-TYPE (RFC 1091).</summary>
    public const byte TerminalType = 24;

    /// <summary>Negotiate about window size (RFC 1073).</summary>
    public const byte WindowSize = 31;

    /// <summary>AUTHENTICATION (RFC 2941), used by hosts to start TLS in band.</summary>
    public const byte Authentication = 37;

    /// <summary>COM-PORT-OPTION (RFC 2217).</summary>
    public const byte ComPort = 44;

    /// <summary>VMWARE-TELNET-EXT: a virtual serial port talks to its proxy.</summary>
    public const byte VirtualSerialPort = 232;
}
