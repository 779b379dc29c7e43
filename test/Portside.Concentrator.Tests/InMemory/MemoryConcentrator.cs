using System.Net;
using System.Net.Security;
using Portside.Concentrator.Cables;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Remotes;
using Portside.Concentrator.Routing;
using Portside.Testing;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>A concentrator without sockets, files and real time: what links, ports, migrations and clients are to each other.</summary>
internal sealed class MemoryConcentrator : IAsyncDisposable
{
    /// <summary>The secret of every migration here. It holds IACs, and one where IAC SE would end the message.</summary>
    public const string Secret = "5E FF C3 E7 FF FF F0 FF";

    private readonly Meters _meters = new();
    private readonly List<ScriptedMachine> _machines = [];
    private readonly List<ScriptedPerson> _people = [];
    private readonly List<TestClient> _attached = [];
    private readonly LinkContext _links;
    private readonly ClientContext _clients;
    private int _lastHost;
    private int _lastPort;

    public MemoryConcentrator(
        Action<ConcentratorOptions>? configure = null,
        Func<SslServerAuthenticationOptions>? tls = null,
        SecretSource? secrets = null,
        Func<IEnumerable<IPEndPoint>>? ownListeners = null)
    {
        Options = new ConcentratorOptions { StateDirectory = "" };
        configure?.Invoke(Options);
        Metrics = new ConcentratorMetrics(_meters);
        Figures = new MeterReader(Metrics);
        Rejections = new Rejections(Metrics, Time);
        Quarantine = new Quarantine(Options, Rejections, Metrics, Time, Events);
        var ports = new PortContext(
            Options, Logs: null, new MigrationTable(), secrets ?? (s => HexScript.Bytes(Secret).CopyTo(s)), Metrics, Time, Events)
        {
            Quarantine = Quarantine,
        };
        Ports = new PortRegistry(ports);
        Remotes = new RemoteSystems(Options.Remote, ownListeners ?? (() => []), () => null, Metrics, Time, Events);
        Remotes.Cables = new CableBook(Path.Combine(Path.GetTempPath(), "no-such-directory"), Ports, Remotes, Time, Events);
        _links = new LinkContext(
            Options.Vm, Ports, Remotes, () => new ServiceRouter(Options.Vm.ServiceNames), Rejections, tls, Metrics, new DescriptorBudget(null), Time, Events);
        _clients = new ClientContext(Options.Console, Options.Vm, new DescriptorBudget(null), Metrics, Time, Events);
    }

    public Clock Time { get; } = new();

    public EventRecorder Events { get; } = new();

    public ConcentratorOptions Options { get; }

    public ConcentratorMetrics Metrics { get; }

    public MeterReader Figures { get; }

    public Rejections Rejections { get; }

    public Quarantine Quarantine { get; }

    public PortRegistry Ports { get; }

    public RemoteSystems Remotes { get; }

    /// <summary>The port of the machine that <see cref="ScriptedMachine.StartAsync"/> plays unless told otherwise.</summary>
    public Port Port => Ports.GetOrAdd(Id());

    public static PortId Id(string uuid = ScriptedMachine.Uuid, string? label = null) =>
        PortId.TryCreate(uuid, label, out var id) ? id : throw new FormatException(uuid);

    /// <summary>An address of one host, with a port of its own each time.</summary>
    public IPEndPoint Host(byte number = 200) => new(new IPAddress([198, 51, 100, number]), 20_000 + ++_lastPort);

    /// <summary>A connection on the machines' side; nothing is said on it yet.</summary>
    public ScriptedMachine Connect(int capacity = 65_536, Func<long, int>? cuts = null, IPEndPoint? from = null)
    {
        var pair = new StreamPair(capacity);
        var near = cuts is null ? (Stream)pair.Near : new CutStream(pair.Near, cuts);
        var remote = from ?? new IPEndPoint(new IPAddress([192, 0, 2, (byte)++_lastHost]), 40_000 + _lastHost);
        var link = new Link(near, remote, _links);
        var machine = new ScriptedMachine(this, link, pair.Far);
        _machines.Add(machine);
        return machine;
    }

    /// <summary>A machine that has started and has its port.</summary>
    public async Task<ScriptedMachine> StartAsync(string uuid = ScriptedMachine.Uuid, string uri = "vSPC.py", IPEndPoint? from = null)
    {
        var machine = Connect(from: from);
        await machine.StartAsync(uuid, uri);
        return machine;
    }

    /// <summary>A client that is attached.</summary>
    public TestClient Attach(Port port, string name = "ada", ClientMode mode = ClientMode.ReadWrite)
    {
        var client = new TestClient(name);
        var result = port.Attach(client, mode, steal: false);
        if (!result.Granted)
            throw new InvalidOperationException(result.Refusal);
        _attached.Add(client);
        return client;
    }

    /// <summary>A connection to a port's telnet port; nothing is said on it yet by the person.</summary>
    public ScriptedPerson Dial(Port port, int capacity = 65_536)
    {
        var pair = new StreamPair(capacity);
        var client = new TelnetClient(pair.Near, new IPEndPoint(IPAddress.Loopback, 50_001), port, _clients);
        var person = new ScriptedPerson(client, pair.Far);
        _people.Add(person);
        return person;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _attached)
            client.End("the test is over");
        foreach (var person in _people)
            await person.DisposeAsync();
        foreach (var machine in _machines)
            await machine.DisposeAsync();
        Figures.Dispose();
        _meters.Dispose();
    }
}
