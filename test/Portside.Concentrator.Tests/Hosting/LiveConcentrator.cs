using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Links;
using Portside.Concentrator.Tests.InMemory;
using Portside.Testing;

namespace Portside.Concentrator.Tests.Hosting;

/// <summary>A whole concentrator on loopback sockets and in a directory of its own; its clock stands still until told otherwise.</summary>
internal sealed class LiveConcentrator : IAsyncDisposable
{
    private static int _lastAddress = Environment.ProcessId % 200 * 250;

    private readonly TemporaryDirectory _directory = new();
    private readonly Action<ConcentratorOptions>? _configure;
    private readonly Meters _meters = new();
    private readonly IPAddress _consoles;

    public LiveConcentrator(Action<ConcentratorOptions>? configure = null)
    {
        _configure = configure;

        // An address of its own for the console telnet ports, so that tests that run side by side do not meet.
        var number = Interlocked.Increment(ref _lastAddress);
        _consoles = new IPAddress([127, 77, (byte)(number >> 8), (byte)(number & 0xFF)]);
        try
        {
            Server = Start();
        }
        catch
        {
            _meters.Dispose();
            _directory.Dispose();
            throw;
        }
    }

    public Clock Time { get; } = new();

    public EventRecorder Events { get; } = new();

    public ConcentratorServer Server { get; private set; }

    public IPEndPoint Vm => Server.VmEndPoints[0];

    /// <summary>Stops and starts with the same directory.</summary>
    public async Task RestartAsync()
    {
        await Server.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
        Server = Start();
    }

    /// <summary>A connection as a machine makes it.</summary>
    public Task<ScriptedPeer> ConnectAsync() => ConnectAsync(Vm);

    /// <summary>A connection to the telnet port of the port with this id.</summary>
    public Task<ScriptedPeer> DialAsync(string id) =>
        ConnectAsync(new IPEndPoint(_consoles, Server.Ports.Select(id).Single().TelnetPort!.Value));

    public static async Task<ScriptedPeer> ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = new CancellationTokenSource(Patience.Limit);
        await socket.ConnectAsync(address, patience.Token);
        return new ScriptedPeer(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>A machine that has started and has its port.</summary>
    public async Task<ScriptedPeer> StartMachineAsync(string uuid = ScriptedMachine.Uuid, string uri = "vSPC.py")
    {
        var machine = await ConnectAsync();
        await machine.SendAsync("FF FB E8");
        await machine.ExpectAsync(ScriptedMachine.Opening);
        await machine.SendAsync(ScriptedMachine.Known1 + ScriptedMachine.DoProxy(uri)
            + ScriptedMachine.TellName("vm-00000") + ScriptedMachine.TellUuid(uuid));
        await machine.ExpectAsync(ScriptedMachine.WillProxy);
        await SettleAsync(machine);
        return machine;
    }

    public static async Task SettleAsync(ScriptedPeer machine)
    {
        await machine.SendAsync("FF FA E8 63 FF F0");
        await machine.ExpectAsync("FF FA E8 03 63 FF F0");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
        _meters.Dispose();
        _directory.Dispose();
    }

    private ConcentratorServer Start()
    {
        var options = new ConcentratorOptions { StateDirectory = _directory["state"] };
        options.Vm.Listen = [new(IPAddress.Loopback, 0)];
        options.Vm.Tls = TlsPolicy.Off;
        options.Console.TelnetAddress = _consoles;
        options.Log.Enabled = false;
        _configure?.Invoke(options);
        var server = new ConcentratorServer(
            options, new Loggers(Events), _meters, Time, secret => HexScript.Bytes(MemoryConcentrator.Secret).CopyTo(secret));
        server.Start();
        return server;
    }

    private sealed class Loggers(ILogger logger) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
