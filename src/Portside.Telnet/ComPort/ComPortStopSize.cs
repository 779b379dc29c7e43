namespace Portside.Telnet.ComPort;

/// <summary>Values of SET-STOPSIZE (RFC 2217 §2).</summary>
public enum ComPortStopSize : byte
{
    /// <summary>Asks for the stop bits in force.</summary>
    Query = 0,

    /// <summary>One stop bit.</summary>
    One = 1,

    /// <summary>Two stop bits.</summary>
    Two = 2,

    /// <summary>One stop bit and a half.</summary>
    OneAndHalf = 3,
}
