namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>
/// The clients' flows against the simulator of the people who wrote govmomi, as far as it goes: they are tests of the flows, and not of us. It opens no
/// connection, has no device options and knows no status.
/// </summary>
public class VcsimFlowTests(RunningVcsim vcsim) : IClassFixture<RunningVcsim>
{
    private const string Proxy = "telnet://127.0.0.1:13370";

    [Theory]
    [InlineData(SerialClient.PyVmomi)]
    [InlineData(SerialClient.Govmomi)]
    public async Task A_machine_with_a_network_serial_port_lives_its_life_in_the_simulator(SerialClient client)
    {
        var name = $"life-{client}";
        await using var flow = await SerialFlow.StartAsync(client, vcsim.Endpoint, new SerialFlowOptions(name, Proxy));

        var login = await flow.DoAsync("login");
        Assert.Equal(("VirtualCenter", vcsim.Endpoint.User), (login.Text("apiType"), login.Text("user")));
        var browse = await flow.DoAsync("browse");
        Assert.Equal(vcsim.Hosts, browse.Texts("hosts"));
        Assert.Equal(vcsim.Hosts, browse.Texts("walked"));
        Assert.Contains(vcsim.Machine, browse.Texts("machines"));
        Assert.False((await flow.DoAsync("options")).GetProperty("serialPort").GetBoolean());

        var created = await flow.DoAsync("create");
        Assert.Equal((name, "poweredOff"), (created.Text("name"), created.Text("power")));
        Assert.Equal(Enumerable.Repeat(created.Text("vm"), 3), created.Texts("found"));
        var added = await flow.DoAsync("add");
        Assert.Equal(2, added.GetProperty("ports").GetArrayLength());
        var port = added.Port("vSPC.py");
        Assert.Equal(("server", Proxy, false), (port.Text("direction"), port.Text("proxyURI"), port.GetProperty("connected").GetBoolean()));
        Assert.False(added.Port("second").GetProperty("startConnected").GetBoolean());

        Assert.Equal("poweredOn", (await flow.DoAsync("on")).Text("power"));
        Assert.False((await flow.DoAsync("disconnect")).Port("vSPC.py").GetProperty("connected").GetBoolean());
        Assert.True((await flow.DoAsync("connect")).Port("vSPC.py").GetProperty("connected").GetBoolean());
        Assert.True((await flow.DoAsync("reconnect")).Port("vSPC.py").GetProperty("connected").GetBoolean());
        Assert.Equal(port.GetProperty("key").GetInt32(), (await flow.DoAsync("edit")).Port("vmware-vspc").GetProperty("key").GetInt32());
        var moved = await flow.DoAsync("move");
        Assert.Equal("poweredOn", moved.Text("power"));
        Assert.NotEqual(created.Text("host"), moved.Text("host"));

        Assert.Equal("poweredOff", (await flow.DoAsync("off")).Text("power"));
        Assert.Equal("vmware-vspc", Assert.Single((await flow.DoAsync("remove")).GetProperty("ports").EnumerateArray()).Text("serviceURI"));
        if (client is SerialClient.Govmomi)
            Assert.Contains("VirtualMachine.relocateVm", (await flow.DoAsync("tasks")).Texts("recent"));
        var destroyed = await flow.DoAsync("destroy");
        Assert.True(destroyed.GetProperty("gone").GetBoolean());
        Assert.DoesNotContain(name, destroyed.Texts("machines"));
        await flow.DoAsync("logout");
        await flow.EndAsync();
    }

    [Fact]
    public async Task Ansible_gives_a_machine_of_the_simulator_a_port_once_moves_the_machine_once_changes_the_port_once_and_takes_it_away_once()
    {
        await using var flow = await SerialFlow.StartAsync(
            SerialClient.Govmomi, vcsim.Endpoint, new SerialFlowOptions("ansible", Proxy).Only("login", "browse", "create", "on", "off", "destroy", "logout"));
        using var ansible = new AnsiblePlaybook(vcsim.Endpoint, "ansible", Proxy, vcsim.Hosts);
        await flow.DoAsync("login");
        await flow.DoAsync("browse");
        var here = (await flow.DoAsync("create")).Text("host");

        await ansible.PlayAsync("present");
        await flow.DoAsync("on");
        await ansible.PlayAsync("running", vcsim.Hosts.First(host => host != here));
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
            await using var flow = await SerialFlow.StartAsync(
                client, vcsim.Endpoint with { Password = "wrong" }, new SerialFlowOptions("nobody", Proxy));
            Assert.EndsWith("InvalidLogin", await flow.FailAsync("login"), StringComparison.Ordinal);
        }
    }
}
