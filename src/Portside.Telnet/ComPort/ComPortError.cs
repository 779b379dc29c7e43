namespace Portside.Telnet.ComPort;

/// <summary>Why a subnegotiation is no <see cref="ComPortMessage"/>.</summary>
public enum ComPortError
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It has no command.</summary>
    Empty,

    /// <summary>RFC 2217 has no such command.</summary>
    UnknownCommand,

    /// <summary>Its value has fewer bytes than its command needs.</summary>
    TooShort,

    /// <summary>Its value has more bytes than its command takes.</summary>
    TooLong,

    /// <summary>A baud rate in one byte, and not a code known for one.</summary>
    UnknownBaudRate,
}
