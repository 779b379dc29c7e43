namespace Portside.Telnet.ComPort;

/// <summary>Commands of COM-PORT-OPTION (RFC 2217). On the wire the access server adds 100.</summary>
public enum ComPortCommand : byte
{
    /// <summary>SIGNATURE (§2): text that names the sender; empty asks for the other's. 0 and 100.</summary>
    Signature = 0,

    /// <summary>SET-BAUDRATE (§2): four bytes; 0 asks. 1 and 101.</summary>
    SetBaudRate = 1,

    /// <summary>SET-DATASIZE (§2): 5 to 8 bits; 0 asks. 2 and 102.</summary>
    SetDataSize = 2,

    /// <summary>SET-PARITY (§2): <see cref="ComPortParity"/>. 3 and 103.</summary>
    SetParity = 3,

    /// <summary>SET-STOPSIZE (§2): <see cref="ComPortStopSize"/>. 4 and 104.</summary>
    SetStopSize = 4,

    /// <summary>SET-CONTROL (§3): <see cref="ComPortControl"/>. 5 and 105.</summary>
    SetControl = 5,

    /// <summary>NOTIFY-LINESTATE (§4): <see cref="ComPortLineState"/>; only an access server sends it. 6 and 106.</summary>
    NotifyLineState = 6,

    /// <summary>NOTIFY-MODEMSTATE (§4): <see cref="ComPortModemState"/>; only an access server sends it. 7 and 107.</summary>
    NotifyModemState = 7,

    /// <summary>FLOWCONTROL-SUSPEND (§5): the receiver is to stop sending. 8 and 108.</summary>
    FlowControlSuspend = 8,

    /// <summary>FLOWCONTROL-RESUME (§5): the receiver may send again. 9 and 109.</summary>
    FlowControlResume = 9,

    /// <summary>SET-LINESTATE-MASK (§3): which changes are told; 0 until set. 10 and 110.</summary>
    SetLineStateMask = 10,

    /// <summary>SET-MODEMSTATE-MASK (§3): which changes are told; 255 until set. 11 and 111.</summary>
    SetModemStateMask = 11,

    /// <summary>PURGE-DATA (§3): <see cref="ComPortPurge"/>. 12 and 112.</summary>
    PurgeData = 12,
}
