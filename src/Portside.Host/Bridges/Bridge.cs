using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Ports;
using Portside.Host.Sources;
using Portside.Lines;
using Portside.Lines.Terminals;

namespace Portside.Host.Bridges;

/// <summary>A virtual machine whose guest is a line: an identity, a virtual serial port, and where the line comes from.</summary>
/// <remarks>
/// The machine is switched on while its line is open: then its port is connected. What the line says while the
/// concentrator cannot be reached is held, and handed over when it can be, also after the line has ended.
/// </remarks>
public sealed partial class Bridge : IAsyncDisposable
{
    /// <summary>How long a bridge that is told to end waits for what is held to go out.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>Tells a concentrator that it may say what its clients make of the line.</summary>
    private const string Signature = "Portside bridge";

    private readonly BridgeOptions _options;
    private readonly LineSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly VirtualSerialPort _port;
    private readonly HeldOutput _held;
    private readonly Lock _lock = new();
    private string _line;
    private BridgeLineState _state;
    private string? _reason;
    private DateTimeOffset? _next;
    private int _lines;
    private int? _exitCode;
    private long _toldLost;

    /// <summary>A bridge that does nothing yet.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="source">Where its line comes from; it becomes the bridge's own.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where its story goes; null for nowhere.</param>
    public Bridge(BridgeOptions options, LineSource source, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        _options = options;
        _source = source;
        _time = time ?? TimeProvider.System;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<Bridge>();
        _line = source.Title;
        _port = new VirtualSerialPort(
            options.Port with { HoldOutputWhenUnconnected = true, LineSignature = Signature, Line = default }, _time, (loggers ?? NullLoggerFactory.Instance).CreateLogger<VirtualSerialPort>());
        _held = new HeldOutput(_port, options.HoldBytes);
        _port.Changed += (_, _) => OnPortChanged();
    }

    /// <summary>Raised after each change of line or port, on any thread; never twice at once for the line, nor for the port.</summary>
    public event EventHandler<BridgeSnapshot>? Changed;

    /// <summary>What is configured.</summary>
    public BridgeOptions Options => _options;

    /// <summary>Where it stands now.</summary>
    public BridgeSnapshot Snapshot
    {
        get
        {
            lock (_lock)
            {
                return new BridgeSnapshot
                {
                    Line = _line,
                    LineState = _state,
                    LineReason = _reason,
                    NextAttempt = _next,
                    Port = _port.Snapshot,
                    HeldBytes = _held.Count,
                    LostBytes = _held.Lost,
                    Lines = _lines,
                    ExitCode = _exitCode,
                };
            }
        }
    }

    /// <summary>Runs until told to stop, or until its line has ended for good. Called once.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>Completes when line and port are closed.</returns>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        var attempt = 0;
        CancellationTokenSource? staying = null;
        var leaving = Task.CompletedTask;
        try
        {
            while (true)
            {
                var (failed, lasted) = (true, false);
                string reason;
                try
                {
                    Set(_source.Waits ? BridgeLineState.Waiting : BridgeLineState.Opening);
                    var line = await _source.OpenAsync(stop).ConfigureAwait(false);
                    await using (line.ConfigureAwait(false))
                    {
                        if (staying is not null)
                            await staying.CancelAsync().ConfigureAwait(false);
                        await leaving.ConfigureAwait(false);
                        var began = _time.GetTimestamp();
                        (failed, reason) = await CarryAsync(line, stop).ConfigureAwait(false);
                        lasted = _time.GetElapsedTime(began) >= _options.SettledAfter;
                    }

                    staying?.Dispose();
                    staying = CancellationTokenSource.CreateLinkedTokenSource(stop);
                    leaving = LeaveAsync(staying.Token);
                }
                catch (Exception e) when (!stop.IsCancellationRequested && e is not OutOfMemoryException)
                {
                    // Whatever it is, it is this line's, and the next try may do better.
                    reason = e.Message;
                }

                attempt = lasted ? 0 : attempt;
                var again = _options.Restart == RestartPolicy.Always || (_options.Restart == RestartPolicy.OnFailure && failed);
                var delay = again ? _options.Reopen.Delay(attempt++, Random.Shared.NextDouble()) : null;

                // Whoever waits for others is there at once when one has gone.
                if (delay is not null && _source.Waits && !failed)
                    delay = TimeSpan.Zero;
                End(reason, delay);
                if (delay is null)
                    return;
                await Task.Delay(delay.Value, _time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to end.
        }
        finally
        {
            await leaving.ConfigureAwait(false);
            staying?.Dispose();
            await SayGoodbyeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes what is left. The bridge must not run any more.</summary>
    /// <returns>Completes when it is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _held.DisposeAsync().ConfigureAwait(false);
        await _port.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Carries bytes both ways until the line ends.</summary>
    private async Task<(bool Failed, string Reason)> CarryAsync(Line line, CancellationToken stop)
    {
        lock (_lock)
        {
            _line = line.Title;
            _lines++;
        }

        using var wired = new WiredPort(_port, _held, line);
        if (_port.Snapshot.State is VirtualSerialPortState.Untried or VirtualSerialPortState.Closed)
            _port.Connect();
        Set(BridgeLineState.Open);
        LogOpen(Name, line.Title);
        try
        {
            await new LineGuest(line).RunAsync(wired, _time, stop).ConfigureAwait(false);
            if (!OperatingSystem.IsLinux() || line is not CommandLine command)
                return (false, "It was closed at its other end.");
            var code = await command.Exited.WaitAsync(stop).ConfigureAwait(false);
            lock (_lock)
                _exitCode = code;
            return (code != 0, $"The program ended with exit code {code}.");
        }
        catch (IOException e)
        {
            return (true, e.Message);
        }
    }

    /// <summary>The machine is off: its port closes when all that it said is out, unless it comes back before.</summary>
    private async Task LeaveAsync(CancellationToken staying)
    {
        try
        {
            await _held.WaitUntilEmptyAsync(staying).ConfigureAwait(false);
            await _port.DisconnectAsync().ConfigureAwait(false);
            _port.ClearInput();
        }
        catch (OperationCanceledException) when (staying.IsCancellationRequested)
        {
            // It came back, or the bridge ends.
        }
    }

    private async Task SayGoodbyeAsync()
    {
        if (_port.IsConnected)
        {
            using var limit = new CancellationTokenSource(Farewell, _time);
            try
            {
                await _held.WaitUntilEmptyAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The concentrator does not take it.
            }
        }

        await _port.DisconnectAsync().ConfigureAwait(false);
    }

    private string? Name => _options.Port.VmName;

    private void Set(BridgeLineState state)
    {
        lock (_lock)
            (_state, _next) = (state, null);
        Changed?.Invoke(this, Snapshot);
    }

    private void End(string reason, TimeSpan? delay)
    {
        string line;
        DateTimeOffset? next;
        lock (_lock)
        {
            line = _line;
            _state = delay is null ? BridgeLineState.Ended : BridgeLineState.Lost;
            _reason = reason;
            _next = next = delay is { } wait ? _time.GetUtcNow() + wait : null;
            _line = _source.Title;
        }

        LogEnded(Name, line, reason, next);
        Changed?.Invoke(this, Snapshot);
    }

    private void OnPortChanged()
    {
        var lost = _held.Lost;
        if (lost != _toldLost && _port.IsConnected)
        {
            LogLost(Name, lost - _toldLost);
            _toldLost = lost;
        }

        Changed?.Invoke(this, Snapshot);
    }
}
