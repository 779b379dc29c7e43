using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Hostile;

/// <summary>A server that is done harm, with one healthy machine and its console that must not notice.</summary>
public sealed class BesiegedPortside : IAsyncLifetime
{
    /// <summary>More than a collector leaves lying between two collections, less than a few of the attacks would leave.</summary>
    private const long MaxGrowth = 192L * 1024 * 1024;

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
        // By itself the collector's budget depends on the processor's caches, and so would what is resident.
        Server = await PortsideProcess.StartAsync(new PortsideSetup(_directory["state"])
        {
            Arguments = ["--set", "vm.identityTimeout=5s", "--set", "vm.handshakeTimeout=5s", "--log-level", "error"],
            Environment = new Dictionary<string, string?> { ["DOTNET_GCgen0size"] = "1000000" },
        });
        _machine = await Machine.StartAsync(Server, "healthy", new EchoGuest());
        _console = await PlainConsole.AttachAsync(Server, "healthy");
        await AskAsync();

        // What the first of its kind costs is not growth.
        await using (var stranger = await RawConsole.ConnectAsync(Server.VmPort))
        {
            await stranger.SendTextAsync("hello\r\n");
            await stranger.ReadToEndAsync();
        }

        await ComeAndGoAsync();
        await WaitUntilAloneAsync();
        _residentBefore = Server.ResidentBytes;
        _filesBefore = Server.OpenFiles;
    }

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
