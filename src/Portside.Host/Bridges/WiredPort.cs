using Portside.Host.Ports;
using Portside.Lines;
using Portside.Telnet.ComPort;

namespace Portside.Host.Bridges;

/// <summary>A port wired to a line: what either end has besides bytes reaches the other.</summary>
/// <remarks>
/// <code>
/// line says                      port tells                 port hears                  line gets
/// break                          break, in its place        break, in its place         a break of 250 ms
/// settings                       how it is set              settings wanted             the same; what is in force is told
/// DSR or DCD, CTS                DTR, RTS                   DSR or DCD, CTS             DTR, RTS
/// </code>
/// </remarks>
internal sealed class WiredPort : ISerialLine, IDisposable
{
    /// <summary>What a serial console takes for a break at any usual speed.</summary>
    private static readonly TimeSpan BreakLength = TimeSpan.FromMilliseconds(250);

    /// <summary>What may wait to be asked of the line; a peer may wish faster than a line can do.</summary>
    private const int MaxWaiting = 16;

    private readonly VirtualSerialPort _port;
    private readonly HeldOutput _held;
    private readonly Line _line;
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _lock = new();
    private Task _commanding = Task.CompletedTask;
    private int _waiting;
    private bool _isLate;
    private LineSettings _lateSettings;
    private (bool Dtr, bool Rts)? _lateSignals;

    /// <summary>Wires the two; the line was not read yet.</summary>
    public WiredPort(VirtualSerialPort port, HeldOutput held, Line line)
    {
        (_port, _held, _line) = (port, held, line);
        line.Observer = new FromLine(this);
        port.Observer = new FromPort(this);

        // The real line's settings are the port's, before anybody wants others.
        Apply(default);
    }

    public bool IsConnected => _port.IsConnected;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var length = await _port.ReadAsync(buffer, cancellation).ConfigureAwait(false);

        // What was typed behind a break, or at another speed, follows when that is done.
        Task commanding;
        lock (_lock)
            commanding = _commanding;
        if (length > 0 && !commanding.IsCompleted)
            await commanding.WaitAsync(cancellation).ConfigureAwait(false);
        return length;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) => _held.WriteAsync(data, cancellation);

    public Task WaitForConnectionAsync(CancellationToken cancellation) => _port.WaitForConnectionAsync(cancellation);

    public void Dispose()
    {
        _line.Observer = null;
        _port.Observer = null;
        _closed.Cancel();
    }

    /// <summary>What is wished for goes to the line in order, until so much waits that only the last of it matters.</summary>
    private void Hear(LineSettings wanted, (bool Dtr, bool Rts)? signals)
    {
        lock (_lock)
        {
            if (_waiting >= MaxWaiting)
            {
                _lateSettings = _lateSettings.With(wanted);
                _lateSignals = signals ?? _lateSignals;
                if (_isLate)
                    return;
                _isLate = true;
                Command(CatchUpAsync);
                return;
            }
        }

        if (signals is { } lines)
            Command(async () => await _line.SetSignalsAsync(lines.Dtr, lines.Rts, _closed.Token).ConfigureAwait(false));
        else
            Apply(wanted);
    }

    private async Task CatchUpAsync()
    {
        LineSettings wanted;
        (bool Dtr, bool Rts)? signals;
        lock (_lock)
        {
            (wanted, signals) = (_lateSettings, _lateSignals);
            (_lateSettings, _lateSignals, _isLate) = (default, null, false);
        }

        if (wanted != default && await _line.ApplyAsync(wanted, _closed.Token).ConfigureAwait(false) is { } inForce)
            _port.SetLine(inForce);
        if (signals is { } lines)
            await _line.SetSignalsAsync(lines.Dtr, lines.Rts, _closed.Token).ConfigureAwait(false);
    }

    private void Break()
    {
        lock (_lock)
        {
            // Whoever sends more is no person with a key in mind, and the line would do nothing else for minutes.
            if (_waiting >= MaxWaiting)
                return;
        }

        Command(async () => await _line.BreakAsync(BreakLength, _closed.Token).ConfigureAwait(false));
    }

    private void Apply(LineSettings wanted) => Command(async () =>
    {
        if (await _line.ApplyAsync(wanted, _closed.Token).ConfigureAwait(false) is { } inForce)
            _port.SetLine(inForce);
    });

    /// <summary>Asks something of the line, after what was asked of it before.</summary>
    private void Command(Func<Task> command)
    {
        lock (_lock)
        {
            _waiting++;
            _commanding = RunAsync(_commanding);
        }

        async Task RunAsync(Task before)
        {
            await before.ConfigureAwait(false);
            try
            {
                await command().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // Who reads the line finds out why.
            }
            finally
            {
                lock (_lock)
                    _waiting--;
            }
        }
    }

    private static (bool Dtr, bool Rts) Crossed(ComPortModemState state) =>
        ((state & (ComPortModemState.Dsr | ComPortModemState.Dcd)) != 0, (state & ComPortModemState.Cts) != 0);

    private sealed class FromLine(WiredPort wired) : ILineObserver
    {
        public void OnBreak() => wired._held.Break();

        public void OnModemState(ComPortModemState state)
        {
            var (dtr, rts) = Crossed(state);
            wired._port.SetSignals(dtr, rts);
        }

        public void OnLineState(ComPortLineState state)
        {
            // A virtual machine has no way to tell of errors.
        }

        public void OnSettings(LineSettings settings) => wired._port.SetLine(settings);
    }

    private sealed class FromPort(WiredPort wired) : ILineObserver
    {
        public void OnBreak() => wired.Break();

        public void OnModemState(ComPortModemState state) => wired.Hear(default, Crossed(state));

        public void OnLineState(ComPortLineState state)
        {
            // Nothing a line could do about it.
        }

        public void OnSettings(LineSettings settings) => wired.Hear(settings, null);
    }
}
