using System.Net;
using System.Net.Sockets;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Hostile;

/// <summary>A server that is done harm, with one healthy machine and its console that must not notice.</summary>
public sealed class BesiegedPortside : IAsyncLifetime
{
    /// <summary>Twice what the heap rises and falls by between collections (30 MB over 80,000 connections); what a full one leaves does not grow.</summary>
    private const long MaxGrowth = 64L * 1024 * 1024;

    /// <summary>A machine's whole opening as it comes over the wire: offers, what it knows, its wish, its UUID and name.</summary>
    internal static readonly byte[] Opening =
    [
        0xFF, 0xFB, 0x25, 0xFF, 0xFE, 0x25, 0xFF, 0xFB, 0xE8, 0xFF, 0xFB, 0x00, 0xFF, 0xFD, 0x03,
        0xFF, 0xFA, 0xE8, 0x00, 0x00, 0x01, 0x28, 0x29, 0x46, 0x47, 0x50, 0x51, 0xFF, 0xF0,
        0xFF, 0xFA, 0xE8, 0x46, .. "SvSPC.py"u8, 0xFF, 0xF0,
        0xFF, 0xFA, 0xE8, 0x52, .. "cut short"u8, 0xFF, 0xF0,
        0xFF, 0xFA, 0xE8, 0x28, 0x01, 0x02, 0xFF, 0xFF, 0x04, 0xFF, 0xF0,
        0xFF, 0xFA, 0xE8, 0x2C, 0x01, 0x02, 0xFF, 0xFF, 0x04, 0x05, 0x06, 0x07, 0x08, 0xFF, 0xF0,
        0xFF, 0xFA, 0xE8, 0x50, .. "not a uuid"u8, 0xFF, 0xF0,
    ];

    private readonly Guid _newcomer = Guid.NewGuid();
    private readonly TemporaryDirectory _directory = new();
    private VirtualMachine _machine = null!;
    private PlainConsole _console = null!;
    private long _residentBefore;
    private int _filesBefore;
    private int _asked;

    internal PortsideProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await PortsideProcess.StartAsync(
            _directory["state"], "--set", "vm.identityTimeout=5s", "--set", "vm.handshakeTimeout=5s", "--log-level", "error");
        _machine = await Machine.StartAsync(Server, "healthy", new EchoGuest());
        _console = await PlainConsole.AttachAsync(Server, "healthy");
        await AskAsync();

        // What the first of its kind costs is not growth, nor is the heap that a collector lets many of a kind fill before it looks.
        await using (var stranger = await RawConsole.ConnectAsync(Server.VmPort))
        {
            await stranger.SendTextAsync("hello\r\n");
            await stranger.ReadToEndAsync();
        }

        await StormAsync();
        await ComeAndGoAsync();
        await WaitUntilAloneAsync();
        _residentBefore = Server.ResidentBytes;
        _filesBefore = Server.OpenFiles;
    }

    /// <summary>Thousands of connections that come and go, some in the middle of a word, some rudely.</summary>
    internal Task StormAsync() => EachAsync(3000, 16, async number =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Server.VmPort).WaitAsync(Patience.Limit);
        if (number % 3 == 0)
            socket.LingerState = new LingerOption(true, 0);
        if (number % 3 == 1)
            await socket.SendAsync(Opening.AsMemory(0, number % Opening.Length)).AsTask().WaitAsync(Patience.Limit);
    });

    /// <summary>Does it so often, so many at once.</summary>
    internal static Task EachAsync(int count, int atOnce, Func<int, Task> attack) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (number, _) => await attack(number));

    /// <summary>Asserts that the healthy machine never noticed, and that nothing of the attackers is left.</summary>
    internal async Task AssertUnharmedAsync()
    {
        await AskAsync();
        await WaitUntilAloneAsync();
        var (resident, files) = (Server.ResidentBytes, Server.OpenFiles);
        Assert.True(resident < _residentBefore + MaxGrowth, $"memory grew from {_residentBefore:N0} to {resident:N0} bytes");
        Assert.True(files < _filesBefore + 16, $"open files grew from {_filesBefore} to {files}");
        var port = await Server.GetAsync("/v1/ports/healthy");
        Assert.Equal("connected", port.GetProperty("state").GetString());
        Assert.Equal(1, _machine.Ports[0].Snapshot.Connections);

        await ComeAndGoAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await _machine.DisposeAsync();
        await using (Server)
            await Server.StopAsync();
        _directory.Dispose();
    }

    private async Task AskAsync()
    {
        var question = $"are you there {_asked++}?";
        await _console.TypeAsync(System.Text.Encoding.ASCII.GetBytes(question));
        await _console.Heard.WaitForAsync(question);
    }

    private async Task ComeAndGoAsync()
    {
        await using var newcomer = await Machine.StartAsync(Server, "newcomer", new EchoGuest(), port => port with { VcUuid = _newcomer });
    }

    private async Task WaitUntilAloneAsync() =>
        await Server.WaitForAsync("/v1/server", server => server.GetProperty("links").GetInt32() == 1);
}
