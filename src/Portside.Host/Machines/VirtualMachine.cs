using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Guests;
using Portside.Host.Ports;

namespace Portside.Host.Machines;

/// <summary>A virtual machine as far as its serial ports show: a name, UUIDs, ports, and a guest at each.</summary>
public sealed partial class VirtualMachine : IAsyncDisposable
{
    private readonly VirtualMachineOptions _options;
    private readonly IReadOnlyList<IGuest> _guests;
    private readonly IReadOnlyList<ISerialLine> _lines;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private CancellationTokenSource? _power;
    private Task _running = Task.CompletedTask;
    private bool _moving;

    /// <summary>A machine that is switched off.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="guest">Makes the guest of each port, by its index.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where its story goes; null for nowhere.</param>
    /// <param name="seed">Makes what is left to chance repeatable; null for chance.</param>
    public VirtualMachine(
        VirtualMachineOptions options,
        Func<int, IGuest> guest,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(guest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Ports.Count + options.DirectPorts.Count, 32, nameof(options));
        _options = options;
        Time = time ?? TimeProvider.System;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<VirtualMachine>();
        var portLogger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<VirtualSerialPort>();
        var directLogger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<DirectSerialPort>();
        Ports =
        [
            .. options.Ports.Select((port, index) => new VirtualSerialPort(
                Complete(port),
                Time,
                portLogger,
                seed is { } number ? new Random(unchecked((number * 397) ^ index)) : null)),
        ];
        DirectPorts =
        [
            .. options.DirectPorts.Select((port, index) => new DirectSerialPort(
                port with { VmName = port.VmName ?? options.Name },
                Time,
                directLogger,
                seed is { } number ? new Random(unchecked((number * 397) ^ (index + options.Ports.Count))) : null)),
        ];
        _lines = [.. Ports, .. DirectPorts];
        _guests = [.. Enumerable.Range(0, _lines.Count).Select(guest)];
    }

    /// <summary>Display name.</summary>
    public string Name => _options.Name;

    /// <summary>Its serial ports with a proxy, in the order configured.</summary>
    public IReadOnlyList<VirtualSerialPort> Ports { get; }

    /// <summary>Its serial ports without one, in the order configured.</summary>
    public IReadOnlyList<DirectSerialPort> DirectPorts { get; }

    /// <summary>The guest at each port: first those with a proxy, then those without.</summary>
    public IReadOnlyList<IGuest> Guests => _guests;

    /// <summary>Whether it is switched on.</summary>
    public bool IsPoweredOn
    {
        get
        {
            lock (_lock)
                return _power is not null;
        }
    }

    /// <summary>How often it was restarted by its guest.</summary>
    public int Reboots { get; private set; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>Connects the ports and starts the guests.</summary>
    /// <param name="cancellation">Ends the wait for the ports; the machine is switched on all the same.</param>
    /// <returns>Completes when the guests run.</returns>
    /// <exception cref="InvalidOperationException">It is switched on already.</exception>
    public async Task PowerOnAsync(CancellationToken cancellation = default)
    {
        CancellationTokenSource power;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_power is not null)
                throw new InvalidOperationException($"'{Name}' is switched on already.");
            _power = power = new CancellationTokenSource();
            _running = RunAsync(started, power.Token);
        }

        await started.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Stops the guests and closes the ports.</summary>
    /// <returns>Completes when both are done.</returns>
    public async Task PowerOffAsync()
    {
        CancellationTokenSource? power;
        Task running;
        lock (_lock)
        {
            power = _power;
            running = _running;
        }

        if (power is null)
            return;
        await power.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
    }

    /// <summary>Switches it off for good.</summary>
    /// <returns>Completes when its ports are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await PowerOffAsync().ConfigureAwait(false);
        foreach (var port in Ports)
            await port.DisposeAsync().ConfigureAwait(false);
        foreach (var port in DirectPorts)
            await port.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>One vMotion at a time.</summary>
    internal IDisposable EnterVmotion()
    {
        lock (_lock)
        {
            if (_moving)
                throw new InvalidOperationException($"'{Name}' is moving already.");
            _moving = true;
        }

        return new VmotionScope(this);
    }

    private async Task RunAsync(TaskCompletionSource started, CancellationToken power)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                foreach (var port in Ports)
                    port.Connect();
                foreach (var port in DirectPorts)
                    port.Connect();
                await WaitForPortsAsync(power).ConfigureAwait(false);
                started.TrySetResult();
                var exit = await RunGuestsAsync(power).ConfigureAwait(false);
                if (exit != GuestExit.Reboot || power.IsCancellationRequested)
                    return;
                Reboots++;
                LogReboot(Name);
            }
        }
        catch (OperationCanceledException) when (power.IsCancellationRequested)
        {
            // Switched off.
        }
        finally
        {
            await ClosePortsAsync().ConfigureAwait(false);
            lock (_lock)
            {
                _power?.Dispose();
                _power = null;
            }

            started.TrySetResult();
        }
    }

    private async Task WaitForPortsAsync(CancellationToken power)
    {
        if (_options.ConnectWait <= TimeSpan.Zero)
            return;
        using var wait = new CancellationTokenSource(_options.ConnectWait, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wait.Token, power);
        try
        {
            await Task.WhenAll(Ports.Select(port => port.WaitForAsync(
                static snapshot => snapshot.State is not (VirtualSerialPortState.Connecting or VirtualSerialPortState.Negotiating),
                either.Token))).ConfigureAwait(false);
            await Task.WhenAll(DirectPorts.Select(port => port.WaitForAsync(
                static snapshot => snapshot.State != DirectSerialPortState.Connecting, either.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!power.IsCancellationRequested)
        {
            // The guest runs without its ports.
        }
    }

    /// <summary>Runs the guests until one leaves; the others leave with it.</summary>
    private async Task<GuestExit> RunGuestsAsync(CancellationToken power)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(power);
        var runs = _guests.Select((guest, index) => RunGuestAsync(guest, _lines[index], stop.Token)).ToList();

        // Power goes whether or not a guest notices: one whose output nobody takes notices when its ports are closed.
        var off = Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
        var first = await Task.WhenAny([.. runs, off]).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await ClosePortsAsync().ConfigureAwait(false); // Frees a guest whose output waits for the network.
        await Task.WhenAll(runs).ConfigureAwait(false);
        return first is Task<GuestExit> guest ? await guest.ConfigureAwait(false) : GuestExit.PowerOff;
    }

    private async Task<GuestExit> RunGuestAsync(IGuest guest, ISerialLine port, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            return await guest.RunAsync(port, Time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return GuestExit.PowerOff;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A guest that crashes takes its machine down, and nothing else.
            LogCrash(Name, e);
            return GuestExit.PowerOff;
        }
    }

    private async Task ClosePortsAsync()
    {
        await Task.WhenAll([.. Ports.Select(port => port.DisconnectAsync()), .. DirectPorts.Select(port => port.DisconnectAsync())])
            .ConfigureAwait(false);
        foreach (var port in Ports)
            port.ClearInput();
        foreach (var port in DirectPorts)
            port.ClearInput();
    }

    private VirtualSerialPortOptions Complete(VirtualSerialPortOptions port) => port with
    {
        VmName = port.VmName ?? _options.Name,
        VcUuid = port.VcUuid ?? _options.VcUuid,
        BiosUuid = port.BiosUuid ?? _options.BiosUuid,
        LocationUuid = port.LocationUuid ?? _options.LocationUuid,
    };

    private sealed class VmotionScope(VirtualMachine machine) : IDisposable
    {
        public void Dispose()
        {
            lock (machine._lock)
                machine._moving = false;
        }
    }
}
