using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Portside.Host.Ports;

/// <summary>The machine's end of one network serial port: it dials its proxy, says who it is, and carries the guest's bytes.</summary>
/// <remarks>
/// Lives as long as its machine; connections come and go. The guest keeps running without one. Safe for use by several
/// threads, but one reader and one writer at a time. A vMotion swaps its connection (see <c>Vmotion</c>).
/// </remarks>
public sealed partial class VirtualSerialPort : ISerialLine, IAsyncDisposable
{
    /// <summary>By how much the input buffer may grow while a vMotion waits for GOAHEAD behind it.</summary>
    private const int MigrationInputFactor = 64;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Random _chance;
    private readonly LineQueue _input = new();
    private readonly Queue<VirtualSerialPortSnapshot> _unannounced = new();
    private SerialLink? _link;
    private SerialLink? _candidate;
    private ITimer? _retry;
    private Signal _change;
    private Signal _readable;
    private Signal _room;
    private Signal _guestRan;
    private VirtualSerialPortState _state = VirtualSerialPortState.Untried;
    private DateTimeOffset _since;
    private LinkEnd _lastEnd;
    private string? _lastReason;
    private DateTimeOffset? _nextAttempt;
    private int _failures;
    private int _connections;
    private int _migrations;
    private int _breaks;
    private long _bytesOut;
    private long _bytesDiscarded;
    private long _bytesIn;
    private long _bytesLate;
    private int _waitingWriters;
    private int _waitingReaders;
    private int _owed;
    private bool _stunned;
    private bool _announcing;
    private bool _disposed;
    private List<SerialLink>? _abandoned;

    /// <summary>A port that has not dialled yet.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Where its story goes; null for nowhere.</param>
    /// <param name="chance">Source of the reconnect policy's jitter; null for a shared one.</param>
    public VirtualSerialPort(
        VirtualSerialPortOptions options,
        TimeProvider? time = null,
        ILogger<VirtualSerialPort>? logger = null,
        Random? chance = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<VirtualSerialPort>.Instance;
        _chance = chance ?? Random.Shared;
        _since = _time.GetUtcNow();
    }

    /// <summary>Raised after each change of state, in order, on a thread-pool thread.</summary>
    public event EventHandler<VirtualSerialPortSnapshot>? Changed;

    /// <summary>What is configured; changes hold from the next connection, or vMotion, on.</summary>
    public VirtualSerialPortOptions Options { get; internal set; }

    /// <summary>Where the port stands now.</summary>
    public VirtualSerialPortSnapshot Snapshot
    {
        get
        {
            lock (_lock)
                return NewSnapshot();
        }
    }

    /// <inheritdoc/>
    public bool IsConnected
    {
        get
        {
            lock (_lock)
                return _state is VirtualSerialPortState.Connected or VirtualSerialPortState.Migrating;
        }
    }

    /// <summary>Dials the proxy now. A port that is connected closes its connection and opens another, as vSphere's connect action does.</summary>
    /// <exception cref="ObjectDisposedException">The port is disposed.</exception>
    public void Connect()
    {
        SerialLink? old;
        SerialLink? candidate;
        SerialLink link;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (old, candidate) = TakeLinks();
            link = NewLink();
        }

        candidate?.Close();
        old?.Close();
        Run(link);
    }

    /// <summary>Closes the connection and stays closed until <see cref="Connect"/>.</summary>
    /// <returns>Completes when the proxy has closed too, or after 2 s.</returns>
    public async Task DisconnectAsync()
    {
        SerialLink? old;
        SerialLink? candidate;
        lock (_lock)
        {
            (old, candidate) = TakeLinks();
            SetState(VirtualSerialPortState.Closed);
        }

        BreakAbandoned();
        Announce();
        candidate?.Close();
        old?.Close();
        if (candidate is not null)
            await candidate.Ended.ConfigureAwait(false);
        if (old is not null)
            await old.Ended.ConfigureAwait(false);
    }

    /// <summary>Waits for a state.</summary>
    /// <param name="wanted">Whether a snapshot is the one waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The first snapshot that is, the present one included.</returns>
    public async Task<VirtualSerialPortSnapshot> WaitForAsync(
        Func<VirtualSerialPortSnapshot, bool> wanted,
        CancellationToken cancellation = default)
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
        IsConnected
            ? Task.CompletedTask
            : WaitForAsync(
                static snapshot => snapshot.State is VirtualSerialPortState.Connected or VirtualSerialPortState.Migrating,
                cancellation);

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var waited = false;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                Task? readable = null;
                lock (_lock)
                {
                    if (_disposed)
                        return 0;
                    var breaks = !_stunned && _input.TakeBreak();
                    if (!breaks && !_stunned && _input.Count > 0)
                    {
                        var length = _input.Take(buffer.Span);
                        _room.Raise();
                        return length;
                    }

                    if (!breaks)
                    {
                        if (!waited)
                            _waitingReaders++;
                        waited = true;
                        readable = _readable.Wait();
                    }
                }

                if (readable is null)
                    Observer?.OnBreak();
                else
                    await readable.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            if (waited)
                OnGuestRan(ref _waitingReaders);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        while (!data.IsEmpty)
        {
            cancellation.ThrowIfCancellationRequested();
            SerialLink? link = null;
            Task? change = null;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_state == VirtualSerialPortState.Connected && !_link!.IsSuspended)
                {
                    link = _link;
                }
                else if (_stunned || _state == VirtualSerialPortState.Connected || Options.HoldOutputWhenUnconnected)
                {
                    change = _change.Wait();
                    _waitingWriters++;
                }
                else
                {
                    _bytesDiscarded += data.Length;
                    return;
                }
            }

            if (change is null)
            {
                data = data[await WriteAsync(link!, data, cancellation).ConfigureAwait(false)..];
                continue;
            }

            try
            {
                await change.WaitAsync(cancellation).ConfigureAwait(false);
                lock (_lock)
                    link = _state == VirtualSerialPortState.Connected && !_link!.IsSuspended ? _link : null;
                if (link is not null)
                    data = data[await WriteAsync(link, data, cancellation).ConfigureAwait(false)..];
            }
            finally
            {
                OnGuestRan(ref _waitingWriters);
            }
        }
    }

    /// <summary>Closes the connection; readers see the end, writers fail.</summary>
    /// <returns>Completes when the proxy has closed too, or after 2 s.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
        }

        await DisconnectAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _disposed = true;
            _input.Clear();
            WakeAll();
        }
    }

    /// <summary>Forgets input the guest has not read: it starts anew.</summary>
    internal void ClearInput()
    {
        lock (_lock)
        {
            _input.Clear();
            _room.Raise();
        }
    }

    /// <summary>
    /// Waits until the guest's reads and writes that a vMotion held up have had their turn: a machine that moves again
    /// and again still runs in between.
    /// </summary>
    internal Task WaitForGuestAsync()
    {
        lock (_lock)
            return _owed == 0 ? Task.CompletedTask : _guestRan.Wait();
    }

    /// <summary>The guest stands still: it gives no output and takes no input.</summary>
    /// <returns>The connection to leave; null when there is none that serves.</returns>
    internal SerialLink? Stun()
    {
        SerialLink link;
        lock (_lock)
        {
            if (_state != VirtualSerialPortState.Connected || _stunned)
                return null;
            _stunned = true;
            link = _link!;
            link.SetQuiet(true);
            SetState(VirtualSerialPortState.Migrating);
        }

        Announce();
        return link;
    }

    /// <summary>Opens the destination's connection.</summary>
    internal SerialLink? OpenDestination(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> sequence, out Task<MigrationAnswer> answer)
    {
        SerialLink link;
        lock (_lock)
        {
            if (!_stunned || _state != VirtualSerialPortState.Migrating)
            {
                answer = Task.FromResult<MigrationAnswer>(default);
                return null;
            }

            link = SerialLink.ForDestination(this, Options, _time, key, sequence, out answer);
            _candidate = link;
        }

        _ = link.RunAsync();
        return link;
    }

    /// <summary>The guest runs on, over the destination's connection.</summary>
    internal void ResumeAtDestination(SerialLink destination)
    {
        SerialLink? source;
        lock (_lock)
        {
            if (_candidate != destination)
                return; // Disconnected meanwhile.
            source = _link;
            _candidate = null;
            _link = destination;
            _connections++;
            _migrations++;
        }

        source?.DropAside();
        destination.GoLive();
        Resume();
    }

    /// <summary>The guest runs on, over the connection it had, if that is still there.</summary>
    internal void ResumeAtSource(SerialLink source)
    {
        SerialLink? candidate;
        lock (_lock)
        {
            if (_link != source)
                return; // Disconnected meanwhile, and perhaps connected anew.
            candidate = _candidate;
            _candidate = null;
        }

        candidate?.Close();
        source.GoLive();
        Resume();
    }

    /// <summary>Leaves a connection as a host does that lost its power: it stays open and nothing is said there, until the port is closed.</summary>
    internal void Abandon(SerialLink source)
    {
        source.FallSilent();
        lock (_lock)
            (_abandoned ??= []).Add(source);
    }

    /// <summary>Abandons the connection it had and makes another, unless somebody else did so meanwhile.</summary>
    internal void ConnectWithout(SerialLink source)
    {
        SerialLink? candidate;
        SerialLink link;
        Abandon(source);
        lock (_lock)
        {
            if (_link != source || _disposed)
                return;
            (_, candidate) = TakeLinks();
            link = NewLink();
        }

        candidate?.Close();
        Run(link);
    }

    internal void OnNegotiating(SerialLink link)
    {
        lock (_lock)
        {
            if (link != _link)
                return;
            SetState(VirtualSerialPortState.Negotiating);
        }

        Announce();
    }

    internal void OnServed(SerialLink link)
    {
        lock (_lock)
        {
            if (link != _link)
                return;
            _failures = 0;
            _connections++;
            SetState(VirtualSerialPortState.Connected);
        }

        LogConnected(Options.VmName, Options.ServiceUri, Options.ProxyUri.Host, Options.ProxyUri.Port, link.Tls);
        Announce();
    }

    internal void OnInput(SerialLink link, ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            if (link != _link)
            {
                _bytesLate += data.Length;
                return;
            }

            _bytesIn += data.Length;
            _input.Append(data);
            if (!_stunned)
                _readable.Raise();
        }
    }

    internal void OnInput(SerialLink link, LineQueue aside)
    {
        lock (_lock)
        {
            if (link != _link)
            {
                _bytesLate += aside.Count;
                aside.Clear();
                return;
            }

            _bytesIn += aside.Count;
            aside.MoveTo(_input);
        }
    }

    internal void OnRoom()
    {
        lock (_lock)
            _room.Raise();
    }

    internal async ValueTask WaitForRoomAsync(SerialLink link)
    {
        while (true)
        {
            var aside = link.AsideCount;
            Task room;
            lock (_lock)
            {
                // GOAHEAD stands behind what the guest has not read, so a stunned guest's input may grow.
                var limit = (long)Options.InputBufferBytes * (_stunned ? MigrationInputFactor : 1);
                if (link.IsEnding || (_input.Count < limit && aside < (long)Options.InputBufferBytes * MigrationInputFactor))
                    return;
                room = _room.Wait();
            }

            await room.ConfigureAwait(false);
        }
    }

    internal void OnEnded(SerialLink link)
    {
        lock (_lock)
        {
            // A source's end during its vMotion shows when the guest resumes.
            if (link != _link || _stunned)
                return;
            Lose(link);
        }

        Announce();
    }

    private void BreakAbandoned()
    {
        List<SerialLink>? abandoned;
        lock (_lock)
        {
            abandoned = _abandoned;
            _abandoned = null;
        }

        abandoned?.ForEach(link => link.Kill());
    }

    private async ValueTask<int> WriteAsync(SerialLink link, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        var taken = await link.WriteDataAsync(data, cancellation).ConfigureAwait(false);
        Task? change = null;
        lock (_lock)
        {
            _bytesOut += taken;

            // Nothing taken: the link broke, and the state that says so is on its way. Or it was quiet for a vMotion that
            // is called off again; then it takes bytes now, and no change would come to wait for.
            if (taken == 0 && _state == VirtualSerialPortState.Connected && _link == link && link.IsEnding)
                change = _change.Wait();
        }

        if (change is not null)
            await change.WaitAsync(cancellation).ConfigureAwait(false);
        return taken;
    }

    private void OnGuestRan(ref int waiting)
    {
        lock (_lock)
        {
            waiting--;
            if (_stunned || _owed == 0)
                return;
            _owed--;
            if (_owed == 0)
                _guestRan.Raise();
        }
    }

    private void WakeAll()
    {
        _change.Raise();
        _readable.Raise();
        _room.Raise();
    }

    private void Run(SerialLink link)
    {
        Announce();
        _ = link.RunAsync();
    }

    private SerialLink NewLink()
    {
        _link = new SerialLink(this, Options, _time);
        SetState(VirtualSerialPortState.Connecting);
        return _link;
    }

    /// <summary>Whatever was going on is over; a vMotion under way will find that out.</summary>
    private (SerialLink? Link, SerialLink? Candidate) TakeLinks()
    {
        var links = (_link, _candidate);
        _link = null;
        _candidate = null;
        _failures = 0;
        _stunned = false;
        _owed = 0;
        _guestRan.Raise();
        _readable.Raise();
        CancelRetry();
        return links;
    }

    private void CancelRetry()
    {
        _retry?.Dispose();
        _retry = null;
        _nextAttempt = null;
    }

    private void Resume()
    {
        SerialLink? resumed;
        lock (_lock)
        {
            if (!_stunned)
                return; // Disconnected meanwhile.
            _stunned = false;
            _owed = _waitingWriters + (_input.Count > 0 ? _waitingReaders : 0);
            if (_link is { } link && link.End != LinkEnd.None)
                Lose(link);
            else
                SetState(VirtualSerialPortState.Connected);
            WakeAll();
            resumed = _link;
        }

        Announce();
        resumed?.TellLine();
    }

    private void Lose(SerialLink link)
    {
        _link = null;
        _lastEnd = link.End;
        _lastReason = link.EndReason;
        var refused = _lastEnd is LinkEnd.WontProxy or LinkEnd.NotAProxy or LinkEnd.NotVerified or LinkEnd.TlsNotOffered;
        CancelRetry();
        if (!refused || Options.Reconnect.RetryRefused)
        {
            if (Options.Reconnect.Delay(_failures, _chance.NextDouble()) is { } delay)
            {
                _failures++;
                _nextAttempt = _time.GetUtcNow() + delay;
                _retry = _time.CreateTimer(static port => ((VirtualSerialPort)port!).Retry(), this, delay, Timeout.InfiniteTimeSpan);
            }
        }

        SetState(refused ? VirtualSerialPortState.Refused : VirtualSerialPortState.Lost);
        if (refused)
            LogRefused(Options.VmName, Options.ServiceUri, _lastReason);
        else
            LogLost(Options.VmName, Options.ServiceUri, _lastReason, _nextAttempt);
    }

    private void Retry()
    {
        SerialLink link;
        lock (_lock)
        {
            if (_disposed || _nextAttempt is null || _link is not null)
                return;
            CancelRetry();
            link = NewLink();
        }

        Run(link);
    }

    private void SetState(VirtualSerialPortState state)
    {
        _state = state;
        _since = _time.GetUtcNow();
        _change.Raise();
        _room.Raise();
        if (Changed is not null)
            _unannounced.Enqueue(NewSnapshot());
    }

    /// <summary>Tells of changes outside every lock, one after the other.</summary>
    private void Announce()
    {
        lock (_lock)
        {
            if (_announcing || _unannounced.Count == 0)
                return;
            _announcing = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static port => port.AnnounceAll(), this, preferLocal: false);
    }

    private void AnnounceAll()
    {
        while (true)
        {
            VirtualSerialPortSnapshot? snapshot;
            lock (_lock)
            {
                if (!_unannounced.TryDequeue(out snapshot))
                {
                    _announcing = false;
                    return;
                }
            }

            Changed?.Invoke(this, snapshot);
        }
    }

    private VirtualSerialPortSnapshot NewSnapshot() => new()
    {
        State = _state,
        Since = _since,
        LastEnd = _lastEnd,
        LastReason = _lastReason,
        NextAttempt = _nextAttempt,
        LocalEndPoint = _link?.LocalEndPoint,
        Tls = _link?.Tls,
        ComPort = _link?.ComPort ?? false,
        ProxySuboptions = _link?.ProxySuboptions,
        Connections = _connections,
        Migrations = _migrations,
        BytesOut = _bytesOut,
        BytesDiscarded = _bytesDiscarded,
        BytesIn = _bytesIn,
        BytesLate = _bytesLate,
        Breaks = _breaks,
    };
}
