namespace Portside.Telnet.ComPort;

/// <summary>Bits of NOTIFY-LINESTATE (RFC 2217 §4) and of its mask (§3), as the 16550 numbers them.</summary>
[Flags]
public enum ComPortLineState : byte
{
    /// <summary>Nothing to tell.</summary>
    None = 0,

    /// <summary>Data ready.</summary>
    DataReady = 0x01,

    /// <summary>Overrun error.</summary>
    OverrunError = 0x02,

    /// <summary>Parity error.</summary>
    ParityError = 0x04,

    /// <summary>Framing error.</summary>
    FramingError = 0x08,

    /// <summary>Break detected.</summary>
    Break = 0x10,

    /// <summary>Transfer holding register empty.</summary>
    HoldingRegisterEmpty = 0x20,

    /// <summary>Transfer shift register empty.</summary>
    ShiftRegisterEmpty = 0x40,

    /// <summary>Time-out error.</summary>
    TimeoutError = 0x80,
}
