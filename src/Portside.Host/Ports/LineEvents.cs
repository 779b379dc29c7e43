using Portside.Telnet.ComPort;

namespace Portside.Host.Ports;

/// <summary>What a proxy said of the line in one read of the connection.</summary>
internal struct LineEvents
{
    /// <summary>What it says is in force; null when it said nothing new.</summary>
    public LineSettings? Settings { get; set; }

    /// <summary>The modem lines, and what changed; null when it said nothing of them.</summary>
    public ComPortModemState? ModemState { get; private set; }

    /// <summary>What happened on the line.</summary>
    public ComPortLineState LineState { get; set; }

    /// <summary>Whether it said nothing.</summary>
    public readonly bool IsNone => Settings is null && ModemState is null && LineState == ComPortLineState.None;

    /// <summary>It told the modem lines once more: the last word holds, and every change counts.</summary>
    public void Add(ComPortModemState state)
    {
        const ComPortModemState Changes = ComPortModemState.CtsChanged | ComPortModemState.DsrChanged
            | ComPortModemState.RingEnded | ComPortModemState.DcdChanged;
        ModemState = state | ((ModemState ?? default) & Changes);
    }
}
