namespace Portside.Telnet.ComPort;

/// <summary>Values of SET-CONTROL (RFC 2217 §3).</summary>
public enum ComPortControl : byte
{
    /// <summary>Asks for the flow control in force (outbound, or both ways).</summary>
    QueryFlow = 0,

    /// <summary>No flow control (outbound, or both ways).</summary>
    FlowNone = 1,

    /// <summary>XON/XOFF flow control (outbound, or both ways).</summary>
    FlowXonXoff = 2,

    /// <summary>Hardware flow control, RTS/CTS (outbound, or both ways).</summary>
    FlowHardware = 3,

    /// <summary>Asks for the state of BREAK.</summary>
    QueryBreak = 4,

    /// <summary>BREAK on.</summary>
    BreakOn = 5,

    /// <summary>BREAK off.</summary>
    BreakOff = 6,

    /// <summary>Asks for the state of DTR.</summary>
    QueryDtr = 7,

    /// <summary>DTR on.</summary>
    DtrOn = 8,

    /// <summary>DTR off.</summary>
    DtrOff = 9,

    /// <summary>Asks for the state of RTS.</summary>
    QueryRts = 10,

    /// <summary>RTS on.</summary>
    RtsOn = 11,

    /// <summary>RTS off.</summary>
    RtsOff = 12,

    /// <summary>Asks for the inbound flow control in force.</summary>
    QueryInboundFlow = 13,

    /// <summary>No inbound flow control.</summary>
    InboundFlowNone = 14,

    /// <summary>XON/XOFF inbound flow control.</summary>
    InboundFlowXonXoff = 15,

    /// <summary>Hardware inbound flow control, RTS/CTS.</summary>
    InboundFlowHardware = 16,

    /// <summary>DCD flow control (outbound, or both ways).</summary>
    FlowDcd = 17,

    /// <summary>DTR inbound flow control.</summary>
    InboundFlowDtr = 18,

    /// <summary>DSR flow control (outbound, or both ways).</summary>
    FlowDsr = 19,
}
