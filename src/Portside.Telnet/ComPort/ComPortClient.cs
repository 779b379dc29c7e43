using System.Buffers;

namespace Portside.Telnet.ComPort;

/// <summary>
/// The client's side of COM-PORT-OPTION (RFC 2217) on one connection: says what it wants, and tracks what the access
/// server says is in force. Not thread-safe.
/// </summary>
/// <remarks>
/// Nothing waits for an answer, because some access servers never give one. What an access server says unasked counts as
/// what it answers. A wish is said once: one that was refused, or overridden later, is said again only when it is wished
/// again. Who reports a line rather than wishes for one thereby confirms what the access server asked of it. An answer to
/// a wish that a later one has overtaken is no news: taken for the access server's own word, it would undo the later wish.
/// </remarks>
/// <param name="observer">Who hears what the access server says.</param>
/// <param name="signature">How this end calls itself when asked; empty for nothing.</param>
public sealed class ComPortClient(IComPortObserver observer, ReadOnlyMemory<byte> signature = default)
{
    private const ComPortSender Me = ComPortSender.Client;

    /// <summary>Questions whose answers are awaited; of an access server that answers none, the last few are kept.</summary>
    private const int MaxUnanswered = 16;

    private readonly List<Question> _unanswered = [];
    private LineSettings _asked;

    /// <summary>
    /// What the access server said is in force; parts it never told are unknown, and so are those for which a wish is on its way.
    /// </summary>
    public LineSettings InForce { get; private set; }

    /// <summary>Whether the access server says a break is on.</summary>
    public bool IsBreaking { get; private set; }

    /// <summary>Data terminal ready, as the access server says or as it was last set; null when neither.</summary>
    public bool? Dtr { get; private set; }

    /// <summary>Request to send, as the access server says or as it was last set; null when neither.</summary>
    public bool? Rts { get; private set; }

    /// <summary>Whether the access server takes no data now (FLOWCONTROL-SUSPEND).</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>Says what this end is.</summary>
    /// <param name="output">Where the message goes.</param>
    public void SendSignature(IBufferWriter<byte> output)
    {
        if (!signature.IsEmpty)
            ComPortMessage.Signature(Me, signature.Span).Write(output);
    }

    /// <summary>Asks what is in force, all five settings.</summary>
    /// <param name="output">Where messages go.</param>
    public void Ask(IBufferWriter<byte> output)
    {
        Say(ComPortMessage.SetBaudRate(Me, 0), 0, output);
        Say(ComPortMessage.SetDataSize(Me, 0), 0, output);
        Say(ComPortMessage.SetParity(Me, ComPortParity.Query), 0, output);
        Say(ComPortMessage.SetStopSize(Me, ComPortStopSize.Query), 0, output);
        Say(ComPortMessage.SetControl(Me, ComPortControl.QueryFlow), 0, output);
    }

    /// <summary>Sets what this end did not ask for so far, or the access server says is otherwise.</summary>
    /// <param name="wanted">Unknown parts are left alone.</param>
    /// <param name="output">Where messages go.</param>
    public void Want(LineSettings wanted, IBufferWriter<byte> output)
    {
        // What was asked for before and is in force, as far as this end knows, needs no word.
        var holds = _asked.With(InForce);
        var asked = _asked;
        _asked = asked.With(wanted);
        if (Differs(wanted.BaudRate, asked.BaudRate, holds.BaudRate))
        {
            InForce = InForce with { BaudRate = 0 };
            Say(ComPortMessage.SetBaudRate(Me, wanted.BaudRate), wanted.BaudRate, output);
        }

        if (Differs(wanted.DataSize, asked.DataSize, holds.DataSize))
        {
            InForce = InForce with { DataSize = 0 };
            Say(ComPortMessage.SetDataSize(Me, wanted.DataSize), wanted.DataSize, output);
        }

        if (Differs((uint)wanted.Parity, (uint)asked.Parity, (uint)holds.Parity))
        {
            InForce = InForce with { Parity = ComPortParity.Query };
            Say(ComPortMessage.SetParity(Me, wanted.Parity), (uint)wanted.Parity, output);
        }

        if (Differs((uint)wanted.StopSize, (uint)asked.StopSize, (uint)holds.StopSize))
        {
            InForce = InForce with { StopSize = ComPortStopSize.Query };
            Say(ComPortMessage.SetStopSize(Me, wanted.StopSize), (uint)wanted.StopSize, output);
        }

        if (Differs((uint)wanted.Flow, (uint)asked.Flow, (uint)holds.Flow))
        {
            InForce = InForce with { Flow = ComPortControl.QueryFlow };
            Say(ComPortMessage.SetControl(Me, wanted.Flow), (uint)wanted.Flow, output);
        }
    }

    /// <summary>Sets this end's modem lines where they are not so already.</summary>
    /// <param name="dtr">Data terminal ready; null leaves it.</param>
    /// <param name="rts">Request to send; null leaves it.</param>
    /// <param name="output">Where messages go.</param>
    public void SetSignals(bool? dtr, bool? rts, IBufferWriter<byte> output)
    {
        if (dtr is { } d && d != Dtr)
            ComPortMessage.SetControl(Me, d ? ComPortControl.DtrOn : ComPortControl.DtrOff).Write(output);
        if (rts is { } r && r != Rts)
            ComPortMessage.SetControl(Me, r ? ComPortControl.RtsOn : ComPortControl.RtsOff).Write(output);
        (Dtr, Rts) = (dtr ?? Dtr, rts ?? Rts);
    }

    /// <summary>Begins or ends a break.</summary>
    /// <param name="on">Whether it begins.</param>
    /// <param name="output">Where the message goes.</param>
    public static void SetBreak(bool on, IBufferWriter<byte> output) =>
        ComPortMessage.SetControl(Me, on ? ComPortControl.BreakOn : ComPortControl.BreakOff).Write(output);

    /// <summary>Asks that what waits at the access server be thrown away.</summary>
    /// <param name="what">Which of its buffers.</param>
    /// <param name="output">Where the message goes.</param>
    public static void Purge(ComPortPurge what, IBufferWriter<byte> output) =>
        ComPortMessage.PurgeData(Me, what).Write(output);

    /// <summary>Says which changes are to be told.</summary>
    /// <param name="line">Line states.</param>
    /// <param name="modem">Modem states.</param>
    /// <param name="output">Where messages go.</param>
    public static void SetMasks(ComPortLineState line, ComPortModemState modem, IBufferWriter<byte> output)
    {
        ComPortMessage.SetLineStateMask(Me, line).Write(output);
        ComPortMessage.SetModemStateMask(Me, modem).Write(output);
    }

    /// <summary>Hears a message of the access server.</summary>
    /// <param name="payload">A subnegotiation's payload.</param>
    /// <param name="output">Where an answer goes; only a question for this end's signature gets one.</param>
    /// <returns>False for one that is malformed or none of an access server's; it is ignored.</returns>
    public bool Accept(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (!ComPortMessage.TryRead(payload, out var message, out _) || message.Sender != ComPortSender.Server)
            return false;
        switch (message.Command)
        {
            case ComPortCommand.Signature when message.IsQuery:
                ComPortMessage.Signature(Me, signature.Span).Write(output);
                return true;
            case ComPortCommand.Signature:
                observer.OnSignature(message.Text);
                return true;
            case ComPortCommand.SetBaudRate:
                return Hear(message.Command, message.BaudRate, new(message.BaudRate, 0, ComPortParity.Query, ComPortStopSize.Query));
            case ComPortCommand.SetDataSize when message.DataSize is >= 5 and <= 8:
                return Hear(message.Command, message.DataSize, new(0, message.DataSize, ComPortParity.Query, ComPortStopSize.Query));
            case ComPortCommand.SetParity when message.Parity <= ComPortParity.Space:
                return Hear(message.Command, (uint)message.Parity, new(0, 0, message.Parity, ComPortStopSize.Query));
            case ComPortCommand.SetStopSize when message.StopSize <= ComPortStopSize.OneAndHalf:
                return Hear(message.Command, (uint)message.StopSize, new(0, 0, ComPortParity.Query, message.StopSize));
            case ComPortCommand.SetControl:
                return HearControl(message.Control);
            case ComPortCommand.NotifyLineState:
                observer.OnLineState(message.LineState);
                return true;
            case ComPortCommand.NotifyModemState:
                observer.OnModemState(message.ModemState);
                return true;
            case ComPortCommand.FlowControlSuspend or ComPortCommand.FlowControlResume:
                var suspended = message.Command == ComPortCommand.FlowControlSuspend;
                if (suspended == IsSuspended)
                    return true;
                IsSuspended = suspended;
                observer.OnSuspended(suspended);
                return true;
            case ComPortCommand.SetLineStateMask or ComPortCommand.SetModemStateMask or ComPortCommand.PurgeData:
                // Answers that change nothing here.
                return true;
            default:
                return false;
        }
    }

    private static bool Differs(uint wanted, uint asked, uint holds) => wanted != 0 && (wanted != asked || wanted != holds);

    private void Say(ComPortMessage message, uint value, IBufferWriter<byte> output)
    {
        if (_unanswered.Count == MaxUnanswered)
            _unanswered.RemoveAt(0);
        _unanswered.Add(new(message.Command, value, MaybeRefused: false));
        message.Write(output);
    }

    /// <summary>Takes what is said for an answer, if it can be one, and tells whether a later wish awaits its own.</summary>
    private bool IsOvertaken(ComPortCommand part, uint value)
    {
        var (same, open, unrefused) = (-1, -1, -1);
        for (var i = _unanswered.Count - 1; i >= 0; i--)
        {
            var asked = _unanswered[i];
            if (asked.Part != part)
                continue;
            same = asked.Value == value ? i : same;
            open = asked.Value == 0 ? i : open;
            unrefused = asked.MaybeRefused ? unrefused : i;
        }

        // What was asked with no value may be answered with any.
        var answered = same >= 0 ? same : open;
        if (answered < 0)
        {
            // A wish was refused, or this is nobody's answer: there is no telling which.
            if (unrefused >= 0)
                _unanswered[unrefused] = _unanswered[unrefused] with { MaybeRefused = true };
            return false;
        }

        var (isSure, awaitsOther) = (!_unanswered[answered].MaybeRefused, false);
        for (var i = _unanswered.Count - 1; i >= 0; i--)
        {
            var asked = _unanswered[i];
            if (asked.Part != part)
                continue;
            if (i <= answered)
                _unanswered.RemoveAt(i);
            else
                awaitsOther |= !asked.MaybeRefused && asked.Value != value;
        }

        return isSure && awaitsOther;
    }

    private bool Hear(ComPortCommand part, uint value, LineSettings said)
    {
        if (IsOvertaken(part, value))
            return true;
        var before = InForce;
        InForce = before.With(said);
        if (InForce != before)
            observer.OnSettings(InForce);
        return true;
    }

    private bool HearControl(ComPortControl control)
    {
        switch (control)
        {
            case >= ComPortControl.FlowNone and <= ComPortControl.FlowHardware:
                return Hear(ComPortCommand.SetControl, (uint)control, new(0, 0, ComPortParity.Query, ComPortStopSize.Query, control));
            case ComPortControl.BreakOn or ComPortControl.BreakOff:
                IsBreaking = control == ComPortControl.BreakOn;
                return true;
            case ComPortControl.DtrOn or ComPortControl.DtrOff:
                Dtr = control == ComPortControl.DtrOn;
                return true;
            case ComPortControl.RtsOn or ComPortControl.RtsOff:
                Rts = control == ComPortControl.RtsOn;
                return true;
            default:
                // Inbound flow is the outbound one's shadow here; DCD, DTR and DSR flow control are not spoken.
                return control <= ComPortControl.FlowDsr;
        }
    }

    /// <summary>A message that an access server answers.</summary>
    /// <param name="Part">Which setting.</param>
    /// <param name="Value">As wished; 0 to ask what is in force.</param>
    /// <param name="MaybeRefused">Whether another value came that may have been the answer.</param>
    private readonly record struct Question(ComPortCommand Part, uint Value, bool MaybeRefused);
}
