using System.Buffers;

namespace Portside.Telnet.ComPort;

/// <summary>
/// The access server's side of COM-PORT-OPTION (RFC 2217) on one connection: answers what the client sets and asks with
/// the value in force, and tells it what changes. Not thread-safe.
/// </summary>
/// <remarks>
/// A value out of range, or one that the device does not take, is answered with the one in force, as §2 and §3 ask. Flow
/// control is one setting for both directions: a client that sets inbound flow alone is told what holds for both. What is
/// malformed, unknown, or an access server's own word is ignored. Each message is answered with one at most.
/// </remarks>
/// <param name="device">The line.</param>
public sealed class ComPortServer(IComPortDevice device)
{
    private const ComPortModemState Lines =
        ComPortModemState.Cts | ComPortModemState.Dsr | ComPortModemState.Ring | ComPortModemState.Dcd;

    private LineSettings _told;
    private ComPortModemState _lines;

    /// <summary>Which line states the client wants to hear of; none until it says so.</summary>
    public ComPortLineState LineStateMask { get; private set; }

    /// <summary>Which modem states the client wants to hear of; all until it says so.</summary>
    public ComPortModemState ModemStateMask { get; private set; } = (ComPortModemState)0xFF;

    /// <summary>Whether the client takes no data now (FLOWCONTROL-SUSPEND).</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>The option is on: tells the modem lines, and takes for known what the line is set to.</summary>
    /// <param name="output">Where messages go.</param>
    public void Start(IBufferWriter<byte> output)
    {
        _told = device.Settings;
        _lines = device.ModemState & Lines;
        ComPortMessage.NotifyModemState(_lines & ModemStateMask).Write(output);
    }

    /// <summary>Hears a message of the client and writes the answer it needs.</summary>
    /// <param name="payload">A subnegotiation's payload.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <returns>False for one that is malformed or none of a client's; it is ignored.</returns>
    public bool Accept(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!ComPortMessage.TryRead(payload, out var message, out _) || message.Sender != ComPortSender.Client)
            return false;
        switch (message.Command)
        {
            case ComPortCommand.Signature:
                if (message.IsQuery)
                    ComPortMessage.Signature(ComPortSender.Server, device.Signature).Write(output);
                else
                    device.OnSignature(message.Text);
                return true;
            case ComPortCommand.SetBaudRate:
                Apply(message, new(message.BaudRate, 0, ComPortParity.Query, ComPortStopSize.Query));
                Tell(message.Command, device.Settings, output, message.IsOneByteRate);
                return true;
            case ComPortCommand.SetDataSize:
                Apply(message, new(0, message.DataSize is >= 5 and <= 8 ? message.DataSize : (byte)0, ComPortParity.Query, ComPortStopSize.Query));
                Tell(message.Command, device.Settings, output);
                return true;
            case ComPortCommand.SetParity:
                Apply(message, new(0, 0, message.Parity <= ComPortParity.Space ? message.Parity : ComPortParity.Query, ComPortStopSize.Query));
                Tell(message.Command, device.Settings, output);
                return true;
            case ComPortCommand.SetStopSize:
                Apply(message, new(0, 0, ComPortParity.Query, message.StopSize <= ComPortStopSize.OneAndHalf ? message.StopSize : ComPortStopSize.Query));
                Tell(message.Command, device.Settings, output);
                return true;
            case ComPortCommand.SetControl:
                return Control(message.Control, output);
            case ComPortCommand.NotifyLineState:
                // Not in the RFC, but clients that poll send it so. There is no state to keep: errors are told as they come.
                ComPortMessage.NotifyLineState(ComPortLineState.None).Write(output);
                return true;
            case ComPortCommand.NotifyModemState:
                _lines = device.ModemState & Lines;
                ComPortMessage.NotifyModemState(_lines & ModemStateMask).Write(output);
                return true;
            case ComPortCommand.FlowControlSuspend or ComPortCommand.FlowControlResume:
                Suspend(message.Command == ComPortCommand.FlowControlSuspend);
                return true;
            case ComPortCommand.SetLineStateMask:
                LineStateMask = message.LineState;
                ComPortMessage.SetLineStateMask(ComPortSender.Server, LineStateMask).Write(output);
                return true;
            case ComPortCommand.SetModemStateMask:
                ModemStateMask = message.ModemState;
                ComPortMessage.SetModemStateMask(ComPortSender.Server, ModemStateMask).Write(output);
                return true;
            case ComPortCommand.PurgeData when message.Purge is >= ComPortPurge.Receive and <= ComPortPurge.Both:
                device.Purge(message.Purge);
                ComPortMessage.PurgeData(ComPortSender.Server, message.Purge).Write(output);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Tells the client each setting that is not what it was last told.</summary>
    /// <param name="output">Where messages go.</param>
    public void TellSettings(IBufferWriter<byte> output)
    {
        var now = device.Settings;
        if (now.BaudRate != _told.BaudRate && now.BaudRate != 0)
            Tell(ComPortCommand.SetBaudRate, now, output);
        if (now.DataSize != _told.DataSize && now.DataSize != 0)
            Tell(ComPortCommand.SetDataSize, now, output);
        if (now.Parity != _told.Parity && now.Parity != ComPortParity.Query)
            Tell(ComPortCommand.SetParity, now, output);
        if (now.StopSize != _told.StopSize && now.StopSize != ComPortStopSize.Query)
            Tell(ComPortCommand.SetStopSize, now, output);
        if (now.Flow != _told.Flow && now.Flow != ComPortControl.QueryFlow)
            Tell(ComPortCommand.SetControl, now, output);
    }

    /// <summary>Tells the client the modem lines, if one it wants to hear of changed since it was told.</summary>
    /// <param name="output">Where the message goes.</param>
    public void TellModemState(IBufferWriter<byte> output)
    {
        var before = _lines;
        _lines = device.ModemState & Lines;
        var flipped = before ^ _lines;
        if (flipped == 0)
            return;

        // The change bits lie four below the lines. RI has none for its leading edge.
        var changes = (ComPortModemState)((byte)flipped >> 4);
        if ((_lines & ComPortModemState.Ring) != 0)
            changes &= ~ComPortModemState.RingEnded;
        if (((flipped | changes) & ModemStateMask) != 0)
            ComPortMessage.NotifyModemState((_lines | changes) & ModemStateMask).Write(output);
    }

    /// <summary>Tells the client what happened on the line, if it wants to hear of it.</summary>
    /// <param name="state">What happened.</param>
    /// <param name="output">Where the message goes.</param>
    public void TellLineState(ComPortLineState state, IBufferWriter<byte> output)
    {
        if ((state & LineStateMask) != 0)
            ComPortMessage.NotifyLineState(state & LineStateMask).Write(output);
    }

    private void Apply(ComPortMessage message, LineSettings wanted)
    {
        if (!message.IsQuery && wanted != default)
            device.Apply(wanted);
    }

    private void Tell(ComPortCommand command, LineSettings now, IBufferWriter<byte> output, bool asOneByte = false)
    {
        const ComPortSender Server = ComPortSender.Server;
        switch (command)
        {
            case ComPortCommand.SetBaudRate:
                _told = _told with { BaudRate = now.BaudRate };
                ComPortMessage.SetBaudRate(Server, now.BaudRate, asOneByte).Write(output);
                break;
            case ComPortCommand.SetDataSize:
                _told = _told with { DataSize = now.DataSize };
                ComPortMessage.SetDataSize(Server, now.DataSize).Write(output);
                break;
            case ComPortCommand.SetParity:
                _told = _told with { Parity = now.Parity };
                ComPortMessage.SetParity(Server, now.Parity).Write(output);
                break;
            case ComPortCommand.SetStopSize:
                _told = _told with { StopSize = now.StopSize };
                ComPortMessage.SetStopSize(Server, now.StopSize).Write(output);
                break;
            default:
                _told = _told with { Flow = now.Flow };
                ComPortMessage.SetControl(Server, now.Flow == ComPortControl.QueryFlow ? ComPortControl.FlowNone : now.Flow).Write(output);
                break;
        }
    }

    private bool Control(ComPortControl control, IBufferWriter<byte> output)
    {
        switch (control)
        {
            case >= ComPortControl.FlowNone and <= ComPortControl.FlowHardware:
                device.Apply(new(0, 0, ComPortParity.Query, ComPortStopSize.Query, control));
                Tell(ComPortCommand.SetControl, device.Settings, output);
                return true;
            case ComPortControl.QueryFlow or ComPortControl.FlowDcd or ComPortControl.FlowDsr:
                Tell(ComPortCommand.SetControl, device.Settings, output);
                return true;
            case >= ComPortControl.QueryBreak and <= ComPortControl.BreakOff:
                if (control != ComPortControl.QueryBreak)
                    device.SetBreak(control == ComPortControl.BreakOn);
                Answer(device.IsBreaking ? ComPortControl.BreakOn : ComPortControl.BreakOff, output);
                return true;
            case >= ComPortControl.QueryDtr and <= ComPortControl.DtrOff:
                if (control != ComPortControl.QueryDtr)
                    device.SetSignals(dtr: control == ComPortControl.DtrOn, rts: null);
                Answer(device.Dtr ? ComPortControl.DtrOn : ComPortControl.DtrOff, output);
                return true;
            case >= ComPortControl.QueryRts and <= ComPortControl.RtsOff:
                if (control != ComPortControl.QueryRts)
                    device.SetSignals(dtr: null, rts: control == ComPortControl.RtsOn);
                Answer(device.Rts ? ComPortControl.RtsOn : ComPortControl.RtsOff, output);
                return true;
            case >= ComPortControl.QueryInboundFlow and <= ComPortControl.InboundFlowHardware or ComPortControl.InboundFlowDtr:
                Answer(
                    device.Settings.Flow switch
                    {
                        ComPortControl.FlowXonXoff => ComPortControl.InboundFlowXonXoff,
                        ComPortControl.FlowHardware => ComPortControl.InboundFlowHardware,
                        _ => ComPortControl.InboundFlowNone,
                    },
                    output);
                return true;
            default:
                return false;
        }
    }

    private static void Answer(ComPortControl control, IBufferWriter<byte> output) =>
        ComPortMessage.SetControl(ComPortSender.Server, control).Write(output);

    private void Suspend(bool suspended)
    {
        if (IsSuspended == suspended)
            return;
        IsSuspended = suspended;
        device.OnSuspended(suspended);
    }
}
