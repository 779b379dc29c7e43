namespace Portside.Telnet.ComPort;

/// <summary>Values of SET-PARITY (RFC 2217 §2).</summary>
public enum ComPortParity : byte
{
    /// <summary>Asks for the parity in force.</summary>
    Query = 0,

    /// <summary>NONE.</summary>
    None = 1,

    /// <summary>ODD.</summary>
    Odd = 2,

    /// <summary>EVEN.</summary>
    Even = 3,

    /// <summary>MARK.</summary>
    Mark = 4,

    /// <summary>SPACE.</summary>
    Space = 5,
}
