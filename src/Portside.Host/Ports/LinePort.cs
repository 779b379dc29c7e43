using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using Portside.Host.Sources;
using Portside.Lines;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;
using Portside.Telnet.ComPort;

namespace Portside.Host.Ports;

/// <summary>A serial port over lines that come and go: dialled, listened for, or opened on the spot.</summary>
/// <remarks>
/// Lives as long as its machine has it; the guest keeps running without a line. One reader and one writer at a time. It
/// has nobody who would hold its bytes during a vMotion.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A token source without timer or wait handle holds nothing to dispose.")]
internal sealed partial class LinePort : ISerialLine, ILineObserver, IAsyncDisposable
{
    private const int ReadSize = 16_384;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Random _chance;
    private readonly Func<LineSource> _newSource;
    private readonly LineQueue _input = new();
    private CancellationTokenSource? _open;
    private Task _run = Task.CompletedTask;
    private Line? _line;
    private LineSettings _settings;
    private LineSource? _source;
    private Signal _change;
    private Signal _readable;
    private Signal _room;
    private DirectSerialPortState _state = DirectSerialPortState.Closed;
    private DateTimeOffset _since;
    private string? _lastReason;
    private DateTimeOffset? _nextAttempt;
    private int _failures;
    private int _connections;
    private int _breaks;
    private long _bytesOut;
    private long _bytesDiscarded;
    private long _bytesIn;
    private bool _unannounced;
    private bool _announcing;
    private bool _disposed;

    /// <summary>A port that is closed.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="source">Where lines come from; asked again after each failure.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where its story goes.</param>
    /// <param name="chance">Source of the reconnect policy's jitter; null for a shared one.</param>
    public LinePort(LinePortOptions options, Func<LineSource> source, TimeProvider time, ILogger logger, Random? chance)
    {
        Options = options;
        _newSource = source;
        _time = time;
        _logger = logger;
        _chance = chance ?? Random.Shared;
        _since = _time.GetUtcNow();
    }

    /// <summary>What is configured.</summary>
    public LinePortOptions Options { get; set; }

    /// <summary>Raised after changes of state, one call after the other, on a thread-pool thread.</summary>
    public event Action? Changed;

    /// <summary>
    /// Who hears what the remote system says besides data; set it before connecting. A break is told by the reader's
    /// thread, in its place among the data; the rest by the connection's thread.
    /// </summary>
    public ILineObserver? Observer { get; set; }

    /// <summary>Where the port stands now.</summary>
    public DirectSerialPortSnapshot Snapshot
    {
        get
        {
            lock (_lock)
                return NewSnapshot();
        }
    }

    /// <summary>Whether the port is open: dialling, listening or connected. vSphere calls the device connected then, and does not move its machine.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _open is not null;
        }
    }

    /// <inheritdoc/>
    public bool IsConnected
    {
        get
        {
            lock (_lock)
                return _line is not null;
        }
    }

    /// <summary>Dials or listens from now on. A port that is open closes first, as vSphere's connect action does.</summary>
    /// <exception cref="ObjectDisposedException">The port is disposed.</exception>
    public void Connect()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var before = Close();
            _failures = 0;
            _open = new CancellationTokenSource();
            SetState(DirectSerialPortState.Connecting);
            _run = RunAsync(before, _open);
        }
    }

    /// <summary>Closes the connection, stops listening, and stays closed until <see cref="Connect"/>.</summary>
    /// <returns>Completes when it is closed.</returns>
    public async Task DisconnectAsync()
    {
        Task run;
        lock (_lock)
        {
            run = Close();
            SetState(DirectSerialPortState.Closed);
        }

        await run.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>A remote system that knows RFC 2217 is told, now and when it connects.</remarks>
    public void SetLine(LineSettings settings)
    {
        Line? line;
        lock (_lock)
        {
            _settings = _settings.With(settings);
            line = _line;
        }

        if (line is not null)
            _ = ApplyAsync(line, settings);
    }

    /// <summary>Sends a break to the remote system.</summary>
    /// <param name="duration">How long, where that can be told; 250 ms is usual.</param>
    /// <param name="cancellation">Ends the wait, and the break.</param>
    /// <returns>False without a remote system, or when its scheme has no break.</returns>
    public ValueTask<bool> BreakAsync(TimeSpan duration, CancellationToken cancellation)
    {
        Line? line;
        lock (_lock)
            line = _line;
        return line?.BreakAsync(duration, cancellation) ?? new(false);
    }

    /// <summary>Waits for a state.</summary>
    /// <param name="wanted">Whether a snapshot is the one waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The first snapshot that is, the present one included.</returns>
    public async Task<DirectSerialPortSnapshot> WaitForAsync(
        Func<DirectSerialPortSnapshot, bool> wanted, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        while (true)
        {
            Task change;
            lock (_lock)
            {
                var snapshot = NewSnapshot();
                if (wanted(snapshot))
                    return snapshot;
                ObjectDisposedException.ThrowIf(_disposed, this);
                change = _change.Wait();
            }

            await change.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task WaitForConnectionAsync(CancellationToken cancellation) =>
        WaitForAsync(static snapshot => snapshot.State == DirectSerialPortState.Connected, cancellation);

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Task? readable = null;
            lock (_lock)
            {
                if (_disposed)
                    return 0;
                var isBreak = _input.TakeBreak();
                if (!isBreak && _input.Count > 0)
                {
                    var length = _input.Take(buffer.Span);
                    _room.Raise();
                    return length;
                }

                if (!isBreak)
                    readable = _readable.Wait();
            }

            if (readable is null)
                Observer?.OnBreak();
            else
                await readable.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        while (!data.IsEmpty)
        {
            Line? line;
            Task? change = null;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                line = _line;
                if (line is null && Options.HoldOutputWhenUnconnected)
                {
                    change = _change.Wait();
                }
                else if (line is null)
                {
                    _bytesDiscarded += data.Length;
                    return;
                }
            }

            if (line is null)
            {
                await change!.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }

            try
            {
                await line.WriteAsync(data, cancellation).ConfigureAwait(false);
                lock (_lock)
                    _bytesOut += data.Length;
            }
            catch (IOException)
            {
                // How much arrived nobody knows; the line is given up by whoever reads it.
                lock (_lock)
                {
                    _bytesDiscarded += data.Length;
                    if (_line == line)
                        _line = null;
                }

                await line.DisposeAsync().ConfigureAwait(false);
            }

            return;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _disposed = true;
            _input.Clear();
            _change.Raise();
            _readable.Raise();
        }
    }

    void ILineObserver.OnBreak()
    {
        lock (_lock)
        {
            _breaks++;
            _input.AppendBreak();
            _readable.Raise();
        }
    }

    void ILineObserver.OnModemState(ComPortModemState state) => Observer?.OnModemState(state);

    void ILineObserver.OnLineState(ComPortLineState state) => Observer?.OnLineState(state);

    void ILineObserver.OnSettings(LineSettings settings) => Observer?.OnSettings(settings);

    /// <summary>Forgets input the guest has not read: it starts anew.</summary>
    public void ClearInput()
    {
        lock (_lock)
        {
            _input.Clear();
            _room.Raise();
        }
    }

    /// <summary>Somebody came to a listening source of this port in vain. Anybody may, as often as he likes: the log hears of the 1st, 2nd, 4th and so on.</summary>
    public void OnTurnedAway(EndPoint? remote, string reason, int times)
    {
        if (System.Numerics.BitOperations.IsPow2(times))
            LogTurnedAway(Options.VmName, Options.Title, remote, reason);
    }

    private static async Task ApplyAsync(Line line, LineSettings settings)
    {
        try
        {
            await line.ApplyAsync(settings, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Who reads the line finds out why.
        }
    }

    /// <summary>Ends the run under way. The lock is held.</summary>
    /// <returns>Completes when it has ended.</returns>
    private Task Close()
    {
        _open?.Cancel();
        _open = null;
        return _run;
    }

    private async Task RunAsync(Task before, CancellationTokenSource open)
    {
        await Task.Yield();
        await before.ConfigureAwait(false);
        try
        {
            while (true)
            {
                try
                {
                    await using var source = _newSource();
                    if (source.Waits)
                        await ListenAsync(source, open.Token).ConfigureAwait(false);
                    else
                        await ServeAsync(await OpenAsync(source, open.Token).ConfigureAwait(false), open.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (!open.IsCancellationRequested && e is not OutOfMemoryException)
                {
                    if (!await PauseAsync(e, open.Token).ConfigureAwait(false))
                        return;
                    continue;
                }

                if (!await PauseAsync(null, open.Token).ConfigureAwait(false))
                    return;
            }
        }
        catch (Exception e) when (open.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // Closed. A port that gave up by itself stays open until it is told otherwise, as a device does.
        }
    }

    private Task<Line> OpenAsync(LineSource source, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!cancellation.IsCancellationRequested)
                SetState(DirectSerialPortState.Connecting);
        }

        return source.OpenAsync(cancellation);
    }

    private async Task ListenAsync(LineSource source, CancellationToken cancellation)
    {
        source.Listen();
        LogListening(Options.VmName, Options.Title, source.EndPoints.Count > 0 ? string.Join(", ", source.EndPoints) : source.Title);
        try
        {
            while (true)
            {
                lock (_lock)
                {
                    cancellation.ThrowIfCancellationRequested();
                    _failures = 0;
                    _source = source;
                    SetState(DirectSerialPortState.Listening);
                }

                await ServeAsync(await source.OpenAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_lock)
                _source = null;
        }
    }

    /// <summary>Carries bytes to the guest until the remote system goes.</summary>
    private async Task ServeAsync(Line line, CancellationToken cancellation)
    {
        await using var owned = line.ConfigureAwait(false);
        line.Observer = this;
        LineSettings settings;
        lock (_lock)
        {
            settings = _settings;
            cancellation.ThrowIfCancellationRequested();
            _line = line;
            _failures = 0;
            _connections++;
            SetState(DirectSerialPortState.Connected);
        }

        LogConnected(Options.VmName, Options.Title, line.Title, line.Tls);
        var reason = $"{line.Title} closed the connection.";
        try
        {
            if (settings != default)
                await line.ApplyAsync(settings, cancellation).ConfigureAwait(false);
            await ReadAsync(line, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            reason = e.Message;
        }
        finally
        {
            lock (_lock)
            {
                _line = null;
                _lastReason = cancellation.IsCancellationRequested ? "Closed by the machine." : reason;
            }
        }
    }

    private async Task ReadAsync(Line line, CancellationToken cancellation)
    {
        while (true)
        {
            // A silent line waits here, without a buffer.
            await line.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
            await WaitForRoomAsync(cancellation).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
            try
            {
                var length = await line.ReadAsync(buffer.AsMemory(0, ReadSize), cancellation).ConfigureAwait(false);
                if (length == 0)
                    return;
                lock (_lock)
                {
                    _bytesIn += length;
                    _input.Append(buffer.AsSpan(0, length));
                    _readable.Raise();
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async Task WaitForRoomAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_input.Count < Options.InputBufferBytes)
                    return;
                room = _room.Wait();
            }

            await room.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Says why there is no connection and waits for the next try.</summary>
    /// <param name="failure">Why; null for a connection that ended.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when there is no next try.</returns>
    private async Task<bool> PauseAsync(Exception? failure, CancellationToken cancellation)
    {
        var refused = failure is DialException { Failure: DialFailure.Refused or DialFailure.NotDialable or DialFailure.NotVerified }
            or LineListenException { IsForbidden: true };
        TimeSpan? delay;
        lock (_lock)
        {
            cancellation.ThrowIfCancellationRequested();
            delay = refused && !Options.Reconnect.RetryRefused ? null : Options.Reconnect.Delay(_failures, _chance.NextDouble());
            _failures++;
            _lastReason = failure?.Message ?? _lastReason ?? "";
            _nextAttempt = delay is { } wait ? _time.GetUtcNow() + wait : null;
            SetState(refused ? DirectSerialPortState.Refused : DirectSerialPortState.Lost);
            if (refused)
                LogRefused(Options.VmName, Options.Title, _lastReason);
            else
                LogLost(Options.VmName, Options.Title, _lastReason, _nextAttempt);
        }

        if (delay is null)
            return false;
        await Task.Delay(delay.Value, _time, cancellation).ConfigureAwait(false);
        lock (_lock)
            _nextAttempt = null;
        return true;
    }

    private void SetState(DirectSerialPortState state)
    {
        if (_state != state)
            _since = _time.GetUtcNow();
        _state = state;
        _change.Raise();
        _unannounced = Changed is not null;
        if (_announcing || !_unannounced)
            return;
        _announcing = true;
        ThreadPool.UnsafeQueueUserWorkItem(static port => port.AnnounceAll(), this, preferLocal: false);
    }

    private void AnnounceAll()
    {
        while (true)
        {
            lock (_lock)
            {
                _announcing = _unannounced;
                if (!_unannounced)
                    return;
                _unannounced = false;
            }

            Changed?.Invoke();
        }
    }

    private DirectSerialPortSnapshot NewSnapshot() => new()
    {
        State = _state,
        Since = _since,
        LastReason = _lastReason,
        NextAttempt = _nextAttempt,
        EndPoints = _source?.EndPoints ?? [],
        Remote = _line?.Title,
        Tls = _line?.Tls,
        Connections = _connections,
        BytesOut = _bytesOut,
        BytesDiscarded = _bytesDiscarded,
        BytesIn = _bytesIn,
        Breaks = _breaks,
    };
}
