namespace Portside.Telnet.ComPort;

/// <summary>Bits of NOTIFY-MODEMSTATE (RFC 2217 §4) and of its mask (§3), as the 16550 numbers them.</summary>
[Flags]
public enum ComPortModemState : byte
{
    /// <summary>Every line off and unchanged.</summary>
    None = 0,

    /// <summary>CTS changed.</summary>
    CtsChanged = 0x01,

    /// <summary>DSR changed.</summary>
    DsrChanged = 0x02,

    /// <summary>RI went off (trailing edge).</summary>
    RingEnded = 0x04,

    /// <summary>DCD changed.</summary>
    DcdChanged = 0x08,

    /// <summary>Clear to send.</summary>
    Cts = 0x10,

    /// <summary>Data set ready.</summary>
    Dsr = 0x20,

    /// <summary>Ring indicator.</summary>
    Ring = 0x40,

    /// <summary>Receive line signal detect, also known as carrier detect.</summary>
    Dcd = 0x80,
}
