using Portside.Telnet;
using Portside.Telnet.ComPort;
using Portside.Telnet.Negotiation;

namespace Portside.Lines;

/// <content>
/// RFC 2217, and what reaches the observer. As a dialler this end is the client of an access server; as an acceptor it is
/// the access server, and the line behind it is whoever holds this object: what the client sets comes to the observer,
/// what the holder sets is told to the client, and the two are wired as by a null modem (DTR to DSR and DCD, RTS to CTS).
/// </content>
public sealed partial class TelnetLine
{
    /// <summary>Signals that nobody read yet; a peer that sends more of them loses them.</summary>
    private const int MaxMarks = 256;

    private static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(10);

    private readonly ComPortClient? _client;
    private readonly ComPortServer? _server;
    private readonly Device? _device;
    private LineSettings _wanted;
    private TaskCompletionSource? _resumed;

    private enum MarkKind
    {
        Break,
        ModemState,
        LineState,
        Settings,
    }

    private bool ComPortIsOn =>
        _negotiator.IsOn(IsDialler ? OptionSide.Local : OptionSide.Remote, TelnetOptionCode.ComPort);

    /// <summary>
    /// Sends a break: as RFC 2217 has it where the peer is an access server, or a client that asked to hear of breaks; IAC
    /// BRK to every other.
    /// </summary>
    /// <param name="duration">How long, at most 10 s; only an access server can tell.</param>
    /// <param name="cancellation">Ends the wait, and the break.</param>
    /// <returns>True.</returns>
    public override async ValueTask<bool> BreakAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var lasts = false;
        lock (_sync)
        {
            lasts = _client is not null && ComPortIsOn;
            if (lasts)
                ComPortClient.SetBreak(on: true, _answers);
            else if (_server is not null && ComPortIsOn && (_server.LineStateMask & ComPortLineState.Break) != 0)
                _server.TellLineState(ComPortLineState.Break, _answers);
            else
                TelnetEncoder.WriteCommand(_answers, TelnetCommand.Break);
        }

        PostWords();
        if (!lasts)
            return true;
        try
        {
            var bounded = TimeSpan.FromTicks(Math.Clamp(duration.Ticks, 0, LongestBreak.Ticks));
            await Task.Delay(bounded, _options.Time, cancellation).ConfigureAwait(false);
        }
        finally
        {
            lock (_sync)
                ComPortClient.SetBreak(on: false, _answers);
            PostAnswers();
        }

        return true;
    }

    /// <summary>Sets speed and framing. An access server's answer, if it differs, comes to the observer.</summary>
    /// <param name="settings">Unknown parts stay as they are.</param>
    /// <param name="cancellation">Not waited on.</param>
    /// <returns>What this end knows to be in force, with the wish in its place; null while the peer knows no RFC 2217.</returns>
    public override ValueTask<LineSettings?> ApplyAsync(LineSettings settings, CancellationToken cancellation)
    {
        LineSettings? now = null;
        lock (_sync)
        {
            // A peer that agrees to the option later hears of it then.
            _wanted = _wanted.With(settings);
            _device?.Put(settings);
            if (ComPortIsOn && _client is not null)
            {
                _client.Want(settings, _answers);
                now = _client.InForce.With(settings);
            }
            else if (ComPortIsOn && _server is not null)
            {
                _server.TellSettings(_answers);
                now = _device!.Settings;
            }
        }

        PostWords();
        return new(now);
    }

    /// <inheritdoc/>
    public override ValueTask<bool> SetSignalsAsync(bool? dtr, bool? rts, CancellationToken cancellation)
    {
        bool isOn;
        lock (_sync)
        {
            isOn = ComPortIsOn;
            _device?.Drive(dtr, rts);
            if (isOn)
            {
                _client?.SetSignals(dtr, rts, _answers);
                _server?.TellModemState(_answers);
            }
        }

        PostWords();
        return new(isOn);
    }

    private void StartComPort(bool enabled)
    {
        if (!enabled)
        {
            Suspend(false);
            return;
        }

        _server?.Start(_answers);
        if (_client is null)
            return;
        _client.SendSignature(_answers);
        ComPortClient.SetMasks(
            ComPortLineState.OverrunError | ComPortLineState.ParityError | ComPortLineState.FramingError | ComPortLineState.Break,
            (ComPortModemState)0xFF,
            _answers);
        _client.Want(_wanted, _answers);
        _client.Ask(_answers);
    }

    private void AcceptComPort(ReadOnlySpan<byte> payload)
    {
        if (!ComPortIsOn)
            return;
        _client?.Accept(payload, _answers);
        _server?.Accept(payload, _answers);
    }

    private void Suspend(bool suspended)
    {
        if (suspended)
        {
            _resumed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return;
        }

        _resumed?.TrySetResult();
        _resumed = null;
    }

    /// <summary>What a writer waits for while the peer takes no data; null when it takes some.</summary>
    private Task? Resumed()
    {
        lock (_sync)
            return _failure is null ? _resumed?.Task : null;
    }

    /// <summary>Puts a signal into its place among the data.</summary>
    private void Remember(Mark mark)
    {
        if (_marks.Count >= MaxMarks || (_options.RequiresTls && _tls != TlsState.On))
            return;
        _marks.Enqueue(mark with { At = _received });
        _input.Reader.CancelPendingRead();
    }

    private Mark? TakeMark()
    {
        lock (_sync)
            return _marks.TryPeek(out var mark) && mark.At <= _taken ? _marks.Dequeue() : null;
    }

    /// <summary>How many of the next bytes nobody wants any more, and how many come before the next signal.</summary>
    private (long Drop, long Limit) Limits()
    {
        lock (_sync)
            return (Math.Max(0, _dropBefore - _taken), _marks.TryPeek(out var mark) ? Math.Max(0, mark.At - _taken) : long.MaxValue);
    }

    private void Tell(Mark mark)
    {
        switch (mark.Kind)
        {
            case MarkKind.Break:
                Observer?.OnBreak();
                break;
            case MarkKind.ModemState:
                Observer?.OnModemState(mark.ModemState);
                break;
            case MarkKind.LineState:
                Observer?.OnLineState(mark.LineState);
                break;
            default:
                Observer?.OnSettings(mark.Settings);
                break;
        }
    }

    /// <summary>A signal, and the count of bytes that came before it.</summary>
    private readonly record struct Mark
    {
        public MarkKind Kind { get; init; }

        public long At { get; init; }

        public ComPortModemState ModemState { get; init; }

        public ComPortLineState LineState { get; init; }

        public LineSettings Settings { get; init; }
    }

    private sealed class ClientEvents(TelnetLine line) : IComPortObserver
    {
        public void OnSettings(LineSettings inForce) => line.Remember(new Mark { Kind = MarkKind.Settings, Settings = inForce });

        public void OnModemState(ComPortModemState state) => line.Remember(new Mark { Kind = MarkKind.ModemState, ModemState = state });

        public void OnLineState(ComPortLineState state)
        {
            if ((state & ComPortLineState.Break) != 0)
                line.Remember(new Mark { Kind = MarkKind.Break });
            if ((state & ~ComPortLineState.Break) != 0)
                line.Remember(new Mark { Kind = MarkKind.LineState, LineState = state & ~ComPortLineState.Break });
        }

        public void OnSuspended(bool suspended) => line.Suspend(suspended);

        public void OnSignature(ReadOnlySpan<byte> text)
        {
            // Of use to nobody here.
        }
    }

    private sealed class Device(TelnetLine line, ReadOnlyMemory<byte> signature) : IComPortDevice
    {
        private const ComPortModemState Carrier = ComPortModemState.Dsr | ComPortModemState.Dcd;

        public ReadOnlySpan<byte> Signature => signature.Span;

        public LineSettings Settings { get; private set; } = LineSettings.Default;

        public bool IsBreaking { get; private set; }

        public bool Dtr { get; private set; } = true;

        public bool Rts { get; private set; } = true;

        public ComPortModemState ModemState { get; private set; } = Carrier | ComPortModemState.Cts;

        public void Put(LineSettings settings) => Settings = Settings.With(settings);

        public void Drive(bool? dtr, bool? rts)
        {
            if (dtr is { } d)
                ModemState = d ? ModemState | Carrier : ModemState & ~Carrier;
            if (rts is { } r)
                ModemState = r ? ModemState | ComPortModemState.Cts : ModemState & ~ComPortModemState.Cts;
        }

        public void Apply(LineSettings wanted)
        {
            var before = Settings;
            Put(wanted);
            if (Settings != before)
                line.Remember(new Mark { Kind = MarkKind.Settings, Settings = Settings });
        }

        public void SetBreak(bool on)
        {
            if (on && !IsBreaking)
                line.Remember(new Mark { Kind = MarkKind.Break });
            IsBreaking = on;
        }

        public void SetSignals(bool? dtr, bool? rts)
        {
            var changes = ComPortModemState.None;
            if (dtr is { } d && d != Dtr)
                changes |= ComPortModemState.DsrChanged | ComPortModemState.DcdChanged;
            if (rts is { } r && r != Rts)
                changes |= ComPortModemState.CtsChanged;
            (Dtr, Rts) = (dtr ?? Dtr, rts ?? Rts);
            if (changes == ComPortModemState.None)
                return;
            var now = (Dtr ? Carrier : ComPortModemState.None) | (Rts ? ComPortModemState.Cts : ComPortModemState.None);
            line.Remember(new Mark { Kind = MarkKind.ModemState, ModemState = now | changes });
        }

        public void Purge(ComPortPurge what)
        {
            // What was received from the line is on its way already; what waits for the line waits here.
            if (what is ComPortPurge.Transmit or ComPortPurge.Both)
                line._dropBefore = line._received;
        }

        public void OnSuspended(bool suspended) => line.Suspend(suspended);

        public void OnSignature(ReadOnlySpan<byte> text)
        {
            // Of use to nobody here.
        }
    }
}
