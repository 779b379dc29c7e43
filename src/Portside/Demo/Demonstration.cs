using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Portside.Concentrator.Ports;
using Portside.Configuration;
using Portside.Host.Guests;
using Portside.Host.Inventory;
using Portside.Lines.Dialling;
using Portside.Serve;
using Portside.VSphere.Contracts;

namespace Portside.Demo;

/// <summary>
/// The whole system in one process over real sockets: a vSphere with two hosts, a concentrator, a machine whose remote
/// system connects in (a person), one whose remote system the concentrator dials (a program), and a vMotion every few seconds.
/// </summary>
internal sealed class Demonstration : IAsyncDisposable
{
    /// <summary>The machine for a person.</summary>
    public const string PersonsMachine = "quay";

    /// <summary>The machine for a program.</summary>
    public const string ProgramsMachine = "buoy";

    /// <summary>How long starting may take: the first certificate costs a slow machine some seconds.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long the streams get to run dry at the end.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("portside-demo-");
    private readonly TimeSpan _every;
    private readonly Action<string> _tell;
    private readonly NumbersProgram _program = new();
    private readonly List<MachineEntity> _machines = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private PortsideService? _service;
    private DemoHost? _host;
    private NumbersGuest? _numbers;
    private int _migrations;
    private int _failed;
    private TimeSpan? _goAhead;
    private TimeSpan? _downtime;

    /// <summary>A demonstration that has not started.</summary>
    /// <param name="every">Time between two vMotions.</param>
    /// <param name="tell">Hears what happens, line by line.</param>
    public Demonstration(TimeSpan every, Action<string> tell) => (_every, _tell) = (every, tell);

    /// <summary>The service; after <see cref="StartAsync"/>.</summary>
    public PortsideService Service => _service ?? throw new InvalidOperationException("The demonstration has not started.");

    /// <summary>The vSphere; after <see cref="StartAsync"/>.</summary>
    public DemoHost Host => _host ?? throw new InvalidOperationException("The demonstration has not started.");

    /// <summary>Where the program listens.</summary>
    public IPEndPoint ProgramsAddress { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>Starts the concentrator, the vSphere with both machines, and the program.</summary>
    /// <param name="events">Where the concentrator's events go.</param>
    /// <param name="loggers">Where the vSphere's go.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task StartAsync(Serve.EventLog events, ILoggerFactory loggers, string version, CancellationToken cancellation)
    {
        var options = new PortsideOptions(_state.FullName) { Advertise = ["127.0.0.1"] };
        options.Concentrator.Vm.Listen = [new IPEndPoint(IPAddress.Loopback, FreePort(13370))];
        options.Http.Listen = new IPEndPoint(IPAddress.Loopback, FreePort(13371));
        ProgramsAddress = _program.Listen();
        options.Concentrator.Remote.Dial = [DialRule.Parse($"{ProgramsAddress.Address}/32:{ProgramsAddress.Port}")];
        _service = await PortsideService.StartAsync(options, events, version, TimeProvider.System, cancellation);

        _host = await DemoHost.StartAsync(new IPEndPoint(IPAddress.Loopback, FreePort(8989)), loggers, cancellation);
        var proxy = $"telnet://{_service.Concentrator.VmEndPoints[0]}";
        _machines.Add(await _host.PowerOnAsync(
            PersonsMachine,
            new VirtualSerialPortURIBackingInfo
            {
                ServiceUri = "portside",
                Direction = "server",
                ProxyUri = proxy,
            },
            "shell",
            cancellation));
        _machines.Add(await _host.PowerOnAsync(
            ProgramsMachine,
            new VirtualSerialPortURIBackingInfo
            {
                ServiceUri = $"tcp://{ProgramsAddress}",
                Direction = "client",
                ProxyUri = proxy,
            },
            "numbers:500",
            cancellation));
        _numbers = (NumbersGuest)_machines[1].Machine.Guests[0];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        await KnowsAsync(PersonsMachine, limit.Token);
        await KnowsAsync(ProgramsMachine, limit.Token);
        await _program.AcceptAsync(limit.Token);
    }

    /// <summary>Lets it run.</summary>
    /// <param name="duration">How long; null until cancelled.</param>
    /// <param name="cancellation">Ends it early; what was counted so far is the result all the same.</param>
    /// <returns>What it came to.</returns>
    public async Task<DemoResult> RunAsync(TimeSpan? duration, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (duration is { } limited)
            stop.CancelAfter(limited);
        var writing = _program.WriteAsync(stop.Token);
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            await Task.Delay(_every, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // A machine that somebody shut down stays where it is.
            if (!stop.IsCancellationRequested && _machines[(turn + 1) % _machines.Count] is { Machine.IsPoweredOn: true } machine)
                await MoveAsync(machine);
        }

        await writing;
        await DrainAsync();
        var ports = Service.Concentrator.Ports.All.Select(p => p.Snapshot()).ToList();
        foreach (var machine in _machines)
            await Host.PowerOffAsync(machine);
        await _program.CloseAsync();
        var guest = Numbers;
        return new DemoResult
        {
            Seconds = Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 1),
            Ports = ports.Count,
            Migrations = _migrations,
            FailedMigrations = _failed,
            BytesFromMachines = ports.Sum(p => p.BytesFromMachine),
            BytesToMachines = ports.Sum(p => p.BytesToMachine),
            Lost = guest.Lost + guest.Garbled + _program.Verifier.Lost + _program.Verifier.Garbled + Missing(guest),
            Duplicated = guest.Duplicated + _program.Verifier.Duplicated,
            SlowestGoAheadMilliseconds = Milliseconds(_goAhead),
            LongestDowntimeMilliseconds = Milliseconds(_downtime),
        };
    }

    /// <summary>Stops everything and removes what it left on the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        _program.Dispose();
        if (_service is not null)
            await _service.DisposeAsync();
        _state.Delete(recursive: true);
    }

    /// <summary>The port everybody knows if it is free, else any.</summary>
    private static int FreePort(int wanted)
    {
        foreach (var port in (int[])[wanted, 0])
        {
            using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                probe.Listen();
                return ((IPEndPoint)probe.LocalEndPoint!).Port;
            }
            catch (SocketException)
            {
                // Taken: by another demonstration, or by a concentrator at work.
            }
        }

        throw new IOException("There is no free port on the loopback address.");
    }

    private static double? Milliseconds(TimeSpan? time) =>
        time is { } known ? Math.Round(known.TotalMilliseconds, 3) : null;

    private static TimeSpan? Longest(TimeSpan? a, TimeSpan? b) => a is null || b > a ? b : a;

    private NumbersCounters Numbers => _numbers!.Counters;

    /// <summary>Records of the program that its machine never saw although both had time to.</summary>
    private long Missing(NumbersCounters guest) => Math.Max(0, _program.Sent - guest.Received - guest.Lost);

    /// <summary>Waits until the concentrator knows a machine.</summary>
    private async Task KnowsAsync(string name, CancellationToken cancellation)
    {
        while (Find(name) is null)
            await Task.Delay(10, cancellation);
    }

    private Port? Find(string name) => Service.Concentrator.Ports.All.FirstOrDefault(p => p.Name == name);

    private async Task MoveAsync(MachineEntity machine)
    {
        if (await Host.MoveAsync(machine) is { } why)
        {
            _failed++;
            _tell($"{machine.Name} stays where it was: {why}");
            return;
        }

        _migrations++;
        var result = Host.LastMove;
        _goAhead = Longest(_goAhead, result?.BeginToGoAhead);
        _downtime = Longest(_downtime, result?.Downtime);
        long received, lost, duplicated;
        lock (_program.Verifier)
            (received, lost, duplicated) = (_program.Verifier.Received, _program.Verifier.Lost, _program.Verifier.Duplicated);
        var guest = Numbers;
        _tell(string.Create(
            CultureInfo.InvariantCulture,
            $"{machine.Name} moved to {machine.Host.Name}: GOAHEAD after {result?.BeginToGoAhead?.TotalMilliseconds:F1} ms, still for {result?.Downtime.TotalMilliseconds:F1} ms; "
            + $"{received + guest.Received:N0} records both ways, {lost + guest.Lost} lost, {duplicated + guest.Duplicated} doubled"));
    }

    /// <summary>Waits until the machine has counted every record the program sent.</summary>
    private async Task DrainAsync()
    {
        var limit = Stopwatch.GetTimestamp();
        while (Numbers is var counters && counters.Received + counters.Lost < _program.Sent
            && Stopwatch.GetElapsedTime(limit) < DrainLimit)
        {
            await Task.Delay(10);
        }
    }
}
