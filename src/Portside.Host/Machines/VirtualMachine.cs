using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Guests;
using Portside.Host.Ports;

namespace Portside.Host.Machines;

/// <summary>A virtual machine as far as its serial ports show: a name, UUIDs, ports, and a guest at each.</summary>
/// <remarks>Safe for use by several threads. Changes of one port follow each other; who wants one change of a machine at a time sees to it himself.</remarks>
public sealed partial class VirtualMachine : IAsyncDisposable
{
    /// <summary>Serial ports a machine can have, as on ESXi.</summary>
    public const int MaxPorts = 32;

    /// <summary>A host with nothing but a network.</summary>
    private static readonly MachineHost NoHost = new();

    private readonly VirtualMachineOptions _options;
    private readonly Func<string?>? _blockProxied;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly int? _seed;
    private readonly Lock _lock = new();
    private Func<int, IGuest> _newGuest;
    private List<SerialDevice> _devices = [];
    private Dictionary<int, IGuest> _guests = [];
    private IReadOnlyDictionary<string, string> _extraConfig = new Dictionary<string, string>();
    private string _name;
    private CancellationTokenSource? _power;
    private CancellationTokenSource? _reset;
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
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Ports.Count + options.DirectPorts.Count, MaxPorts, nameof(options));
        _options = options;
        if (options.Block is { } block)
            (_blockProxied, BlockDirect) = (() => block(true), () => block(false));
        _name = options.Name;
        _newGuest = guest;
        _seed = seed;
        Time = time ?? TimeProvider.System;
        _loggers = loggers ?? NullLoggerFactory.Instance;
        _logger = _loggers.CreateLogger<VirtualMachine>();
        (VcUuid, BiosUuid, LocationUuid) = (options.VcUuid, options.BiosUuid, options.LocationUuid);
        foreach (var port in options.Ports)
        {
            var backing = new NetworkBacking(port.ServiceUri, Word(port.Direction), port.ProxyUri.ToString());
            var index = _devices.Count;
            var end = new ProxyEnd(port, this, index, _loggers, Chance(index));
            _devices.Add(new SerialDevice(this, index, backing, new SerialDeviceEdit(), end));
        }

        foreach (var port in options.DirectPorts)
        {
            var backing = new NetworkBacking(port.ServiceUri.Text, Word(port.Direction));
            var index = _devices.Count;
            var end = new LineEnd(this, new DirectSerialPort(port, Time, _loggers.CreateLogger<DirectSerialPort>(), Chance(index)));
            _devices.Add(new SerialDevice(this, index, backing, new SerialDeviceEdit(), end));
        }

        static string Word(SerialDirection direction) => direction == SerialDirection.Client ? "client" : "server";
    }

    /// <summary>Raised after it was switched on or off, by whomever, on a thread-pool thread.</summary>
    public event EventHandler? PowerChanged;

    /// <summary>Display name. What a proxy was told it is told again with the next connection.</summary>
    public string Name
    {
        get => Volatile.Read(ref _name);
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            Volatile.Write(ref _name, value);
        }
    }

    /// <summary>vCenter's instance UUID; told with the next connection.</summary>
    public Guid? VcUuid { get; set; }

    /// <summary>BIOS UUID; told with the next connection.</summary>
    public Guid? BiosUuid { get; set; }

    /// <summary>Location UUID; told with the next connection.</summary>
    public Guid? LocationUuid { get; set; }

    /// <summary>
    /// Advanced options. Of port N there are <c>serialN.keepIdle</c> (whole seconds, from the next connection on) and
    /// <c>serialN.vmotionLimit</c> (milliseconds, from the next vMotion on); what is no number above 0 is passed over, and
    /// so are all others.
    /// </summary>
    public IReadOnlyDictionary<string, string> ExtraConfig
    {
        get => Volatile.Read(ref _extraConfig);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _extraConfig, new Dictionary<string, string>(value, StringComparer.OrdinalIgnoreCase));
        }
    }

    /// <summary>Its serial ports, by index.</summary>
    public IReadOnlyList<SerialDevice> Devices => Volatile.Read(ref _devices);

    /// <summary>The ports behind those of its serial ports that have a proxy and were configured or connected with it.</summary>
    public IReadOnlyList<VirtualSerialPort> Ports => [.. Devices.Select(device => device.ProxyPort).OfType<VirtualSerialPort>()];

    /// <summary>The ports behind those of its network serial ports that have no proxy and were configured or connected so.</summary>
    public IReadOnlyList<DirectSerialPort> DirectPorts => [.. Devices.Select(device => device.DirectPort).OfType<DirectSerialPort>()];

    /// <summary>The guest at each port, in the order of <see cref="Devices"/>.</summary>
    public IReadOnlyList<IGuest> Guests => [.. Devices.Select(device => GuestOf(device.Index))];

    /// <summary>Whether it is switched on.</summary>
    public bool IsPoweredOn
    {
        get
        {
            lock (_lock)
                return _power is not null;
        }
    }

    /// <summary>How often it was restarted, by its guest or by <see cref="Reset"/>.</summary>
    public int Reboots { get; private set; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>Why its ports cannot dial remote systems, asked each time; null for never.</summary>
    internal Func<string?>? BlockDirect { get; }

    /// <summary>Adds a serial port to a machine that is switched off.</summary>
    /// <param name="backing">What it is connected to; <see cref="SerialDevice.Check"/> says what cannot work.</param>
    /// <param name="flags">How it starts; null for connected and with guest control. Backing and <c>Connected</c> are passed over.</param>
    /// <returns>The port, at the lowest free index.</returns>
    /// <exception cref="InvalidOperationException">The machine is switched on, or has <see cref="MaxPorts"/> ports.</exception>
    public SerialDevice AddPort(SerialBacking backing, SerialDeviceEdit? flags = null)
    {
        ArgumentNullException.ThrowIfNull(backing);
        lock (_lock)
        {
            if (_power is not null)
                throw new InvalidOperationException($"'{Name}' is switched on: serial ports are added while it is off.");
            if (_devices.Count >= MaxPorts)
                throw new InvalidOperationException($"'{Name}' has {MaxPorts} serial ports, and no room for more.");
            var index = 0;
            while (index < _devices.Count && _devices[index].Index == index)
                index++;
            var device = new SerialDevice(this, index, backing, flags ?? new SerialDeviceEdit());
            _devices = [.. _devices[..index], device, .. _devices[index..]];
            return device;
        }
    }

    /// <summary>Takes a serial port off a machine that is switched off.</summary>
    /// <param name="device">The port.</param>
    /// <returns>Completes when it is gone.</returns>
    /// <exception cref="InvalidOperationException">The machine is switched on.</exception>
    /// <exception cref="ArgumentException">It is not on this machine.</exception>
    public async Task RemovePortAsync(SerialDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (_lock)
        {
            if (_power is not null)
                throw new InvalidOperationException($"'{Name}' is switched on: serial ports are removed while it is off.");
            if (!_devices.Contains(device))
                throw new ArgumentException($"This port is not on '{Name}'.", nameof(device));
            _devices = [.. _devices.Where(other => other != device)];
            _guests = new(_guests.Where(pair => pair.Key != device.Index));
        }

        await device.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Changes a serial port; what it says is done even while the guest runs.</summary>
    /// <param name="device">The port.</param>
    /// <param name="edit">What changes. A backing that <see cref="SerialDevice.Check"/> finds impossible shows in the port's status.</param>
    /// <param name="cancellation">Ends the wait for a connection that was asked for; it is tried all the same.</param>
    /// <returns>Completes when a connection that was asked for stands or failed, but not later than <see cref="VirtualMachineOptions.ConnectWait"/>.</returns>
    /// <exception cref="ArgumentException">It is not on this machine.</exception>
    public async Task ReconfigureAsync(SerialDevice device, SerialDeviceEdit edit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(edit);
        if (!Devices.Contains(device))
            throw new ArgumentException($"This port is not on '{Name}'.", nameof(device));
        await device.ReconfigureAsync(edit).ConfigureAwait(false);
        await WaitForPortsAsync([device], cancellation).ConfigureAwait(false);
    }

    /// <summary>Gives it other guests from the next power-on on.</summary>
    /// <param name="guest">Makes the guest of each port, by its index.</param>
    /// <exception cref="InvalidOperationException">The machine is switched on.</exception>
    public void UseGuests(Func<int, IGuest> guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        lock (_lock)
        {
            if (_power is not null)
                throw new InvalidOperationException($"'{Name}' is switched on: its guests run.");
            _newGuest = guest;
            _guests = [];
        }
    }

    /// <summary>Connects the ports that start connected and starts the guests.</summary>
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

        AnnouncePower();
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
            if (power is null)
                return;
        }

        await power.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
    }

    /// <summary>Restarts the guests; ports that are connected are connected again.</summary>
    /// <exception cref="InvalidOperationException">It is switched off.</exception>
    public void Reset()
    {
        CancellationTokenSource? reset;
        lock (_lock)
        {
            if (_power is null)
                throw new InvalidOperationException($"'{Name}' is switched off.");
            reset = _reset;
        }

        reset?.Cancel();
    }

    /// <summary>Switches it off for good.</summary>
    /// <returns>Completes when its ports are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await PowerOffAsync().ConfigureAwait(false);
        foreach (var device in Devices)
            await device.DisposeAsync().ConfigureAwait(false);
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

    /// <summary>What a port with a proxy leaves open is the machine's; its advanced options override.</summary>
    internal VirtualSerialPortOptions Complete(VirtualSerialPortOptions port, int index) => port with
    {
        VmName = port.VmName ?? Name,
        VcUuid = port.VcUuid ?? VcUuid,
        BiosUuid = port.BiosUuid ?? BiosUuid,
        LocationUuid = port.LocationUuid ?? LocationUuid,
        Source = port.Source ?? _options.Source,
        Block = port.Block ?? _blockProxied,
        KeepIdle = Number($"serial{index}.keepIdle") is { } seconds ? TimeSpan.FromSeconds(seconds) : port.KeepIdle,
        VmotionLimit = Number($"serial{index}.vmotionLimit") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : port.VmotionLimit,
    };

    /// <summary>Makes what a backing names.</summary>
    /// <param name="device">Whose.</param>
    /// <param name="backing">The backing.</param>
    /// <param name="problem">Why it cannot be.</param>
    internal DeviceEnd? NewEnd(SerialDevice device, SerialBacking backing, out BackingProblem? problem) =>
        new DeviceEndFactory(this, _options.Host ?? NoHost, _loggers).Create(backing, device.Index, Chance(device.Index), out problem);

    private Random? Chance(int index) => _seed is { } number ? new Random(unchecked((number * 397) ^ index)) : null;

    private int? Number(string key) =>
        ExtraConfig.TryGetValue(key, out var text)
        && int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
        && number > 0 ? number : null;

    private IGuest GuestOf(int index)
    {
        lock (_lock)
        {
            if (!_guests.TryGetValue(index, out var guest))
                _guests[index] = guest = _newGuest(index);
            return guest;
        }
    }

    private async Task RunAsync(TaskCompletionSource started, CancellationToken power)
    {
        await Task.Yield();
        var devices = Devices;
        try
        {
            await Task.WhenAll(devices.Select(device => device.PowerOnAsync())).ConfigureAwait(false);
            while (true)
            {
                await WaitForPortsAsync(devices, power).ConfigureAwait(false);
                using var reset = new CancellationTokenSource();
                lock (_lock)
                    _reset = reset;
                started.TrySetResult();
                var exit = await RunGuestsAsync(devices, power, reset.Token).ConfigureAwait(false);
                lock (_lock)
                    _reset = null;
                if (exit != GuestExit.Reboot || power.IsCancellationRequested)
                    return;
                Reboots++;
                LogReboot(Name);
                await Task.WhenAll(devices.Select(device => device.ResetAsync())).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (power.IsCancellationRequested)
        {
            // Switched off.
        }
        finally
        {
            await Task.WhenAll(devices.Select(device => device.PowerOffAsync())).ConfigureAwait(false);
            lock (_lock)
            {
                _power?.Dispose();
                _power = null;
            }

            AnnouncePower();
            started.TrySetResult();
        }
    }

    private async Task WaitForPortsAsync(IReadOnlyList<SerialDevice> devices, CancellationToken cancellation)
    {
        if (_options.ConnectWait <= TimeSpan.Zero)
            return;
        using var wait = new CancellationTokenSource(_options.ConnectWait, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wait.Token, cancellation);
        try
        {
            await Task.WhenAll(devices.Select(device => device.WaitUntilTriedAsync(either.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The guest runs without its ports.
        }
    }

    /// <summary>Runs the guests until one leaves; the others leave with it.</summary>
    private async Task<GuestExit> RunGuestsAsync(IReadOnlyList<SerialDevice> devices, CancellationToken power, CancellationToken reset)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(power, reset);
        var runs = devices.Select(device => RunGuestAsync(device, stop.Token)).ToList();

        // Power goes whether or not a guest notices: one whose output nobody takes notices when its ports are closed.
        var off = Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
        var first = await Task.WhenAny([.. runs, off]).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        foreach (var device in devices)
            _ = device.UnplugAsync(); // Frees a guest whose output waits for the network.
        await Task.WhenAll(runs).ConfigureAwait(false);
        if (reset.IsCancellationRequested && !power.IsCancellationRequested)
            return GuestExit.Reboot;
        return first is Task<GuestExit> guest ? await guest.ConfigureAwait(false) : GuestExit.PowerOff;
    }

    private async Task<GuestExit> RunGuestAsync(SerialDevice device, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            return await GuestOf(device.Index).RunAsync(device, Time, stop).ConfigureAwait(false);
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

    private void AnnouncePower()
    {
        if (PowerChanged is { } changed)
            ThreadPool.UnsafeQueueUserWorkItem(_ => changed(this, EventArgs.Empty), null);
    }

    private sealed class VmotionScope(VirtualMachine machine) : IDisposable
    {
        public void Dispose()
        {
            lock (machine._lock)
                machine._moving = false;
        }
    }
}
