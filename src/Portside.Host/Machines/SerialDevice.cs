using Portside.Host.Ports;
using Portside.Telnet.ComPort;

namespace Portside.Host.Machines;

/// <summary>A virtual serial port of a machine: what is at its end may change while the guest talks to it.</summary>
/// <remarks>
/// It lives as long as the port is on its machine. Without a connection the guest's output is thrown away, as on a serial
/// line with nothing plugged in. <see cref="VirtualMachine"/> changes it; anybody may look at it. One reader and one
/// writer at a time.
/// </remarks>
public sealed class SerialDevice : ISerialLine, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly VirtualMachine _machine;
    private SerialBacking _backing;
    private DeviceEnd? _end;
    private Signal _replaced;
    private LineSettings _line;
    private ConnectionStatus _status;
    private string? _statusText;
    private bool _startConnected;
    private bool _allowGuestControl;
    private bool _yieldOnPoll;
    private bool _isOn;
    private bool _connected;
    private bool _opening;
    private bool _unannounced;
    private bool _announcing;
    private bool _disposed;

    internal SerialDevice(VirtualMachine machine, int index, SerialBacking backing, SerialDeviceEdit flags, DeviceEnd? end = null)
    {
        _machine = machine;
        Index = index;
        _backing = backing;
        _startConnected = flags.StartConnected ?? true;
        _allowGuestControl = flags.AllowGuestControl ?? true;
        _yieldOnPoll = flags.YieldOnPoll ?? false;
        if (end is not null)
            Attach(end);
    }

    /// <summary>
    /// Raised after <see cref="Connected"/> or <see cref="Status"/> changed, one call after the other, on a thread-pool
    /// thread. Changes that follow each other closely may share a call.
    /// </summary>
    public event EventHandler? Changed;

    /// <summary>The N of <c>serialN</c>: 0 to 31, the lowest that was free.</summary>
    public int Index { get; }

    /// <summary>What it is connected to, as configured.</summary>
    public SerialBacking Backing => Locked(device => device._backing);

    /// <summary>Whether power-on connects it.</summary>
    public bool StartConnected => Locked(device => device._startConnected);

    /// <summary>Whether the guest may connect and disconnect it; kept, and nothing more.</summary>
    public bool AllowGuestControl => Locked(device => device._allowGuestControl);

    /// <summary>Whether the guest's polling yields the processor; kept, and nothing more.</summary>
    public bool YieldOnPoll => Locked(device => device._yieldOnPoll);

    /// <summary>Whether it is to have its connection now; false while the machine is off. How that fares is <see cref="Status"/>.</summary>
    public bool Connected => Locked(device => device._connected);

    /// <summary>How its connection fares.</summary>
    public ConnectionStatus Status => Locked(device => device._status);

    /// <summary>Why it is in error, for people; null when it is not.</summary>
    public string? StatusText => Locked(device => device._statusText);

    /// <inheritdoc/>
    public bool IsConnected => Locked(device => device._connected ? device._end : null)?.Line.IsConnected ?? false;

    /// <summary>The port behind a backing with a proxy; null before it was first connected, and for other backings.</summary>
    public VirtualSerialPort? ProxyPort => (Locked(device => device._end) as ProxyEnd)?.Port;

    /// <summary>The port behind a network backing without a proxy; null before it was first connected, and for other backings.</summary>
    public DirectSerialPort? DirectPort => (Locked(device => device._end) as LineEnd)?.Direct;

    /// <summary>Whether it keeps its machine from moving to another host.</summary>
    internal bool HoldsMachine => Locked(device => device._end)?.HoldsMachine ?? false;

    /// <summary>What a reconfiguration must fail on.</summary>
    /// <param name="backing">The backing that is wanted.</param>
    /// <returns>Null when it can be taken, which does not say that somebody answers there.</returns>
    public static BackingProblem? Check(SerialBacking backing)
    {
        ArgumentNullException.ThrowIfNull(backing);
        return backing.Check();
    }

    /// <summary>Waits until it is as wanted; looks after each change.</summary>
    /// <param name="wanted">Whether it is.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Completes at once if it is already.</returns>
    public async Task WaitForAsync(Func<SerialDevice, bool> wanted, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var change = new SemaphoreSlim(0);
        void OnChanged(object? sender, EventArgs e) => change.Release();
        Changed += OnChanged;
        try
        {
            while (!wanted(this))
                await change.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            Changed -= OnChanged;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            DeviceEnd? end;
            Task? replaced = null;
            lock (_lock)
            {
                if (_disposed)
                    return 0;
                end = _end;
                if (end is null)
                    replaced = _replaced.Wait();
            }

            if (end is null)
            {
                await replaced!.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }

            // An end that is taken away lets its reader go with nothing.
            var length = await end.Line.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            if (length > 0 || Locked(device => device._end) == end)
                return length;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        DeviceEnd? end;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            end = _end;
        }

        if (end is null)
            return;
        try
        {
            await end.Line.WriteAsync(data, cancellation).ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (Locked(device => !device._disposed && device._end != end))
        {
            // The plug was pulled while it said something.
        }
    }

    /// <inheritdoc/>
    public void SetLine(LineSettings settings)
    {
        DeviceEnd? end;
        lock (_lock)
        {
            _line = _line.With(settings);
            end = _end;
        }

        end?.SetLine(settings);
    }

    /// <inheritdoc/>
    public async Task WaitForConnectionAsync(CancellationToken cancellation)
    {
        while (true)
        {
            DeviceEnd? end;
            Task? replaced = null;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                end = _end;
                if (end is null)
                    replaced = _replaced.Wait();
            }

            try
            {
                await (replaced?.WaitAsync(cancellation) ?? end!.Line.WaitForConnectionAsync(cancellation)).ConfigureAwait(false);
                if (end is not null)
                    return;
            }
            catch (ObjectDisposedException) when (Locked(device => !device._disposed && device._end != end))
            {
                // Another end came in its place.
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            DeviceEnd? end;
            lock (_lock)
            {
                if (_disposed)
                    return;
                _disposed = true;
                _isOn = _connected = false;
                end = _end;
                _replaced.Raise();
            }

            if (end is not null)
                await end.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The machine is switched on.</summary>
    internal Task PowerOnAsync() => ChangeAsync(() =>
    {
        bool connect;
        lock (_lock)
        {
            _isOn = true;
            connect = _startConnected;
        }

        if (connect)
            Open();
        return Task.CompletedTask;
    });

    /// <summary>The machine is switched off.</summary>
    internal Task PowerOffAsync() => ChangeAsync(async () =>
    {
        lock (_lock)
            _isOn = false;
        await CloseAsync().ConfigureAwait(false);
        Locked(device => device._end)?.ClearInput();
    });

    /// <summary>The guest stops: its output has nowhere to go any more.</summary>
    internal Task UnplugAsync() => ChangeAsync(() => CloseAsync(announce: false));

    /// <summary>The machine starts anew: what was connected is connected again.</summary>
    internal Task ResetAsync() => ChangeAsync(async () =>
    {
        var connected = Connected;
        await CloseAsync().ConfigureAwait(false);
        Locked(device => device._end)?.ClearInput();
        if (connected)
            Open();
    });

    /// <summary>Changes what is configured, and the connection with it.</summary>
    internal Task ReconfigureAsync(SerialDeviceEdit edit) => ChangeAsync(async () =>
    {
        bool isOn, connected, isNew;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _startConnected = edit.StartConnected ?? _startConnected;
            _allowGuestControl = edit.AllowGuestControl ?? _allowGuestControl;
            _yieldOnPoll = edit.YieldOnPoll ?? _yieldOnPoll;
            isNew = edit.Backing is not null && edit.Backing != _backing;
            (isOn, connected) = (_isOn, _connected);
        }

        var open = isOn && (edit.Connected ?? (connected && isNew));
        if (isOn && (isNew || edit.Connected is not null))
            await CloseAsync(announce: !open).ConfigureAwait(false);
        if (isNew)
            await ReplaceAsync(edit.Backing!).ConfigureAwait(false);
        if (open)
            Open();
    });

    /// <summary>Waits until the attempt under way, if there is one, succeeded or failed.</summary>
    internal async Task WaitUntilTriedAsync(CancellationToken cancellation)
    {
        var end = Locked(device => device._connected ? device._end : null);
        try
        {
            if (end is null)
                return;
            await end.WaitUntilTriedAsync(cancellation).ConfigureAwait(false);

            // Who waited sees the outcome, whether or not it was announced yet.
            Refresh(end);
        }
        catch (ObjectDisposedException)
        {
            // It is configured anew; who did that waits for what he wants.
        }
    }

    /// <summary>What applies to the next vMotion is taken over from the machine.</summary>
    internal VirtualSerialPort? PrepareMove()
    {
        var end = Locked(device => device._connected ? device._end as ProxyEnd : null);
        end?.Configure();
        return end?.Port;
    }

    private T Locked<T>(Func<SerialDevice, T> look)
    {
        lock (_lock)
            return look(this);
    }

    private async Task ChangeAsync(Func<Task> change)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            await change().ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Open()
    {
        DeviceEnd? end;
        LineSettings line;
        lock (_lock)
        {
            if (_disposed)
                return;
            end = _end;
            line = _line;
        }

        BackingProblem? problem = null;
        if (end is null)
        {
            end = _machine.NewEnd(this, _backing, out problem);
            if (end is not null)
            {
                Attach(end);
                if (line != default)
                    end.SetLine(line);
            }
        }

        lock (_lock)
        {
            _opening = true;
            Set(connected: true, problem is null ? ConnectionStatus.Untried : ConnectionStatus.UnrecoverableError, problem?.Text);
        }

        end?.Connect();
        lock (_lock)
            _opening = false;
        if (end is not null)
            Refresh(end);
        else
            Announce();
    }

    private async Task CloseAsync(bool announce = true)
    {
        DeviceEnd? end;
        lock (_lock)
        {
            end = _end;
            if (announce)
                Set(connected: false, ConnectionStatus.Untried, null);
            else
                _opening = true;
        }

        if (end is not null)
            await end.DisconnectAsync().ConfigureAwait(false);
        Announce();
    }

    private async Task ReplaceAsync(SerialBacking backing)
    {
        DeviceEnd? old;
        lock (_lock)
        {
            _backing = backing;
            old = _end;
            _end = null;
        }

        if (old is null)
            return;
        old.Changed -= Refresh;
        await old.DisposeAsync().ConfigureAwait(false);
    }

    private void Attach(DeviceEnd end)
    {
        end.Changed += Refresh;
        lock (_lock)
        {
            _end = end;
            _replaced.Raise();
        }
    }

    /// <summary>Takes over how the end fares.</summary>
    private void Refresh(DeviceEnd end)
    {
        lock (_lock)
        {
            if (_end != end || _opening || !_connected)
                return;
            var (status, text) = end.Status;

            // One that stood and is tried again was lost in between.
            status ??= _status == ConnectionStatus.Ok ? ConnectionStatus.RecoverableError : _status;
            Set(connected: true, status.Value, status == _status ? text ?? _statusText : text);
        }

        Announce();
    }

    /// <summary>The lock is held.</summary>
    private void Set(bool connected, ConnectionStatus status, string? text)
    {
        if ((connected, status, text) == (_connected, _status, _statusText))
            return;
        (_connected, _status, _statusText) = (connected, status, text);
        _unannounced = true;
    }

    private void Announce()
    {
        lock (_lock)
        {
            if (_announcing || !_unannounced)
                return;
            _announcing = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static device => device.AnnounceAll(), this, preferLocal: false);
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

            Changed?.Invoke(this, EventArgs.Empty);
        }
    }
}
