using System.Text.Json;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>The clients' flows against our own host, with our concentrator at the other end of its machines' serial ports.</summary>
public class HostFlowTests(RunningHost host, RunningPortside running) : IClassFixture<RunningHost>, IClassFixture<RunningPortside>
{
    private PortsideProcess Server => running.Server;

    private string Proxy => $"telnet://127.0.0.1:{Server.VmPort}";

    [Theory]
    [InlineData(SerialClient.PyVmomi, "migrate")]
    [InlineData(SerialClient.PyVmomi, "relocate")]
    [InlineData(SerialClient.Govmomi, "migrate")]
    [InlineData(SerialClient.Govmomi, "relocate")]
    public async Task A_machine_with_a_network_serial_port_lives_its_life(SerialClient client, string move)
    {
        var name = $"{client}-{move}";
        await using var flow = await SerialFlow.StartAsync(
            client,
            host.Endpoint with { Move = move },
            new SerialFlowOptions(name, Proxy) { Extra = new Dictionary<string, string> { ["portside.guest"] = "echo" } });

        var login = await flow.DoAsync("login");
        Assert.Equal(("VirtualCenter", host.Endpoint.User), (login.Text("apiType"), login.Text("user")));
        var browse = await flow.DoAsync("browse");
        Assert.Equal(host.Hosts, browse.Texts("hosts"));
        Assert.Equal(host.Hosts, browse.Texts("walked"));
        var offered = await flow.DoAsync("options");
        Assert.True(offered.GetProperty("serialPort").GetBoolean());
        Assert.Contains(offered.Texts("backings"), backing => backing.EndsWith("URIBackingInfo", StringComparison.Ordinal));
        Assert.Equal(["client", "server"], offered.Texts("directions").Order());

        var created = await flow.DoAsync("create");
        Assert.Equal((name, "poweredOff"), (created.Text("name"), created.Text("power")));
        Assert.Equal(Enumerable.Repeat(created.Text("vm"), 3), created.Texts("found"));
        var port = (await flow.DoAsync("add")).Port("vSPC.py");
        var key = port.GetProperty("key").GetInt32();
        Assert.True(key >= 9000, $"key {key}");
        Assert.Equal($"Serial port {key - 8999}", port.Text("label"));
        Assert.Equal(("server", Proxy, "Remote vSPC.py"), (port.Text("direction"), port.Text("proxyURI"), port.Text("summary")));
        Assert.Equal((false, true, "untried"), Connection(port));

        Assert.Equal((true, true, "ok"), Connection((await flow.DoAsync("on")).Port("vSPC.py")));
        var first = await LiveAsync(name);
        Assert.Equal(("server", "vSPC.py"), (first.Text("direction"), first.Text("serviceUri")));

        Assert.False((await flow.DoAsync("disconnect")).Port("vSPC.py").GetProperty("connected").GetBoolean());
        await Server.WaitForPortAsync(name, p => p.Text("state") == "disconnected");
        Assert.True((await flow.DoAsync("connect")).Port("vSPC.py").GetProperty("connected").GetBoolean());
        var second = await LiveAsync(name);
        Assert.True((await flow.DoAsync("reconnect")).Port("vSPC.py").GetProperty("connected").GetBoolean());
        var third = await Server.WaitForPortAsync(
            name, p => p.Text("state") == "connected" && p.Text("source") is { } source && source != second.Text("source"));

        var edited = (await flow.DoAsync("edit")).Port("vmware-vspc");
        Assert.Equal((key, "Remote vmware-vspc"), (edited.GetProperty("key").GetInt32(), edited.Text("summary")));
        await Server.WaitForPortAsync(name, p => p.Text("state") == "connected" && p.Text("serviceUri") == "vmware-vspc");
        Assert.Equal(first.Text("id"), third.Text("id"));

        // What a client types comes back from the guest, once and in order, whatever host it is on meanwhile.
        await using (var numbers = await NumbersClient.StartAsync(Server, name, padding: 47, recordsPerTick: 10))
        {
            await Processes.Patience.PollAsync(() => numbers.Expected > 100, () => numbers.Story);
            var moved = await flow.DoAsync("move");
            Assert.NotEqual(created.Text("host"), moved.Text("host"));
            Assert.Equal((true, true, "ok"), Connection(moved.Port("vmware-vspc")));
            var sent = numbers.Sent;
            await Processes.Patience.PollAsync(() => numbers.Expected > sent + 100, () => numbers.Story);
            await numbers.StopSpeakingAsync();
            await Processes.Patience.PollAsync(() => numbers.Expected >= numbers.Sent || !numbers.IsClean, () => numbers.Story);
            Assert.True(numbers.IsClean, numbers.Story);
            Assert.Equal(numbers.Sent, numbers.Expected);
        }

        Assert.Equal(1, (await LiveAsync(name)).GetProperty("migrations").GetInt32());

        var off = await flow.DoAsync("off");
        Assert.Equal("poweredOff", off.Text("power"));
        Assert.False(off.Port("vmware-vspc").GetProperty("connected").GetBoolean());
        await Server.WaitForPortAsync(name, p => p.Text("state") == "disconnected");
        Assert.Equal("vmware-vspc", Assert.Single((await flow.DoAsync("remove")).GetProperty("ports").EnumerateArray()).Text("serviceURI"));
        Assert.NotEmpty((await flow.DoAsync("tasks")).Texts("recent"));
        var destroyed = await flow.DoAsync("destroy");
        Assert.True(destroyed.GetProperty("gone").GetBoolean());
        Assert.DoesNotContain(name, destroyed.Texts("machines"));
        await flow.DoAsync("logout");
        await flow.EndAsync();
    }

    [Fact]
    public async Task Ansible_gives_a_machine_a_port_once_moves_the_machine_once_changes_the_port_once_and_takes_it_away_once()
    {
        await using var flow = await SerialFlow.StartAsync(
            SerialClient.Govmomi, host.Endpoint, new SerialFlowOptions("ansible", Proxy).Only("login", "browse", "create", "on", "off", "destroy", "logout"));
        using var ansible = new AnsiblePlaybook(host.Endpoint, "ansible", Proxy, host.Hosts);
        await flow.DoAsync("login");
        await flow.DoAsync("browse");
        var here = (await flow.DoAsync("create")).Text("host");

        await ansible.PlayAsync("present");
        await flow.DoAsync("on");
        await LiveAsync("ansible");
        await ansible.PlayAsync("running", host.Hosts.First(one => one != here));
        Assert.Equal(1, (await LiveAsync("ansible")).GetProperty("migrations").GetInt32());
        await flow.DoAsync("off");
        await ansible.PlayAsync("change");

        await flow.DoAsync("destroy");
        await flow.DoAsync("logout");
        await flow.EndAsync();
    }

    [Fact]
    public async Task Both_clients_are_told_that_a_wrong_password_is_wrong()
    {
        foreach (var client in Enum.GetValues<SerialClient>())
        {
            await using var flow = await SerialFlow.StartAsync(client, host.Endpoint with { Password = "wrong" }, new SerialFlowOptions("nobody", Proxy));
            Assert.EndsWith("InvalidLogin", await flow.FailAsync("login"), StringComparison.Ordinal);
        }
    }

    private static (bool Connected, bool StartConnected, string? Status) Connection(JsonElement port) =>
        (port.GetProperty("connected").GetBoolean(), port.GetProperty("startConnected").GetBoolean(), port.Text("status"));

    /// <summary>The machine's port at the concentrator, by its name, once it is connected and known.</summary>
    private Task<JsonElement> LiveAsync(string name) =>
        Server.WaitForPortAsync(name, port => port.Text("state") == "connected" && port.GetProperty("name").ValueKind == JsonValueKind.String);
}
