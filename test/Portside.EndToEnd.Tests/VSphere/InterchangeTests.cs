using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>
/// What <c>portside port</c> makes, pyVmomi, govmomi and Ansible read, change and remove, unmodified; and the other way round. A port that another client
/// made is read as it is, called unchanged where it is as wished, and keeps what nobody wished to change.
/// </summary>
public abstract class InterchangeTests : IDisposable
{
    private const string Proxy = "telnet://console.example:13370";
    private const string Secure = "telnets://console.example:13370#thumbprint=00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33";

    private readonly TemporaryDirectory _directory = new();

    private protected abstract VSphereEndpoint Server { get; }

    [Theory]
    [InlineData(SerialClient.PyVmomi)]
    [InlineData(SerialClient.Govmomi)]
    public async Task What_portside_makes_a_library_reads_changes_and_removes(SerialClient library)
    {
        var name = $"ours-{library}";
        await using var client = await SerialPortClient.StartAsync(library, Server);
        Assert.Empty(await client.CreateAsync(name));
        await ChangeAsync(
            "add", name, "--proxy", Proxy, "--service", "console", "--label", "ttyS0", "--label", "ttyS1",
            "--direction", "client", "--yield-on-poll", "false", "--start-connected", "false");
        var read = await client.ListAsync(name);
        Assert.Equal(
            [new("console?port=ttyS0", "client", Proxy, false, false), new("console?port=ttyS1", "client", Proxy, false, false)],
            read.OrderBy(port => port.ServiceUri, StringComparer.Ordinal));
        Assert.Equal(read, await ListAsync(name));

        var second = Key(read, "console?port=ttyS1");
        await ChangeAsync("set", name, "--port", "ttyS1", "--proxy", Secure, "--direction", "server", "--yield-on-poll", "true", "--start-connected", "true");
        read = await client.ListAsync(name);
        Assert.Equal(new("console?port=ttyS1", "server", Secure), Port(read, second));
        Assert.Equal(new("console?port=ttyS0", "client", Proxy, false, false), Port(read, Key(read, "console?port=ttyS0")));

        var first = Key(read, "console?port=ttyS0");
        var edited = await client.EditAsync(name, first, new("telnet://:7001", "server", null, false));
        Assert.Equal(new("telnet://:7001", "server", null, false), Port(edited, first));
        Assert.Equal(edited, await ListAsync(name));
        Assert.Equal(new("console?port=ttyS1", "server", Secure), Assert.Single(await client.RemoveAsync(name, first)));
        Assert.Equal(new("console?port=ttyS1", "server", Secure), Assert.Single(await ListAsync(name)));
        await ChangeAsync("rm", name, "--port", "ttyS1");
        Assert.Empty(await client.ListAsync(name));
    }

    [Theory]
    [InlineData(SerialClient.PyVmomi)]
    [InlineData(SerialClient.Govmomi)]
    public async Task What_a_library_makes_portside_reads_calls_unchanged_changes_and_removes(SerialClient library)
    {
        var name = $"theirs-{library}";
        ClientPort usual = new("vSPC.py", "server", Proxy), direct = new("telnet://:7001", "server", null, YieldOnPoll: false), labelled = new("console?port=b", "client", Secure, StartConnected: false);
        await using var client = await SerialPortClient.StartAsync(library, Server);
        await client.CreateAsync(name, usual);
        var made = await client.AddAsync(name, direct, labelled);
        Assert.Equal(made, await ListAsync(name));
        Assert.Equal([direct, labelled, usual], made.OrderBy(port => port.ServiceUri == "vSPC.py").ThenByDescending(port => port.ServiceUri, StringComparer.Ordinal));

        await UnchangedAsync("ensure", name, "--proxy", Proxy, "--service", "vSPC.py");
        await UnchangedAsync("ensure", name, "--proxy", "none", "--service", "telnet://:7001", "--direction", "server", "--yield-on-poll", "false");
        await UnchangedAsync("ensure", name, "--proxy", Secure, "--service", "console", "--label", "b", "--direction", "client", "--start-connected", "false");
        await UnchangedAsync("set", name, "--port", "b", "--proxy", Secure, "--service", "console");
        var file = await FileAsync($"""
            ports:
              - {"{"} machines: {name}, proxy: "{Secure}", service: console, label: b, direction: client, startConnected: false {"}"}
              - {"{"} machines: {name}, proxy: "{Proxy}", service: vSPC.py {"}"}
            """);
        Assert.EndsWith("1 unchanged: nothing to do\n", (await PortAsync("plan", "-f", file)).Succeeded().Error, StringComparison.Ordinal);
        Assert.Equal(made, await client.ListAsync(name));

        var key = Key(made, "vSPC.py");
        await ChangeAsync("set", name, "--port", Text(key), "--proxy", Secure, "--yield-on-poll", "false");
        await ChangeAsync("ensure", name, "--proxy", Proxy, "--service", "console", "--label", "b");
        var read = await client.ListAsync(name);
        Assert.Equal(usual with { ProxyUri = Secure, YieldOnPoll = false }, Port(read, key));
        Assert.Equal(labelled with { ProxyUri = Proxy }, Port(read, Key(made, "console?port=b")));
        Assert.Equal(direct, Port(read, Key(made, "telnet://:7001")));

        await ChangeAsync("rm", name, "--port", Text(key));
        Assert.DoesNotContain(key, (await client.ListAsync(name)).Select(port => port.Key));
        await ChangeAsync("rm", name, "--all");
        Assert.Empty(await client.ListAsync(name));
    }

    [Fact]
    public async Task A_port_that_govc_added_or_reset_has_no_address_and_is_given_one()
    {
        const string Name = "reset";
        await using var client = await SerialPortClient.StartAsync(SerialClient.Govmomi, Server);
        var key = Assert.Single(await client.CreateAsync(Name, new ClientPort("vSPC.py", "server", Proxy))).Key;
        await client.ResetAsync(Name, key);
        Assert.Equal(new("localhost:0", "client", null), Assert.Single(await ListAsync(Name)));
        await ChangeAsync("ensure", Name, "--proxy", Proxy, "--service", "vSPC.py", "--direction", "server");
        var mended = Assert.Single(await client.ListAsync(Name));
        Assert.Equal((key, new ClientPort("vSPC.py", "server", Proxy)), (mended.Key, mended));
    }

    [Fact]
    public async Task What_portside_makes_Ansible_reads_changes_and_removes()
    {
        const string Name = "ours-Ansible";
        await using var client = await SerialPortClient.StartAsync(SerialClient.PyVmomi, Server);
        await client.CreateAsync(Name);
        using var ansible = new Ansible(Server);
        await ChangeAsync("add", Name, "--proxy", Proxy, "--direction", "client", "--yield-on-poll", "false");
        ClientPort made = new("vSPC.py", "client", Proxy, YieldOnPoll: false);

        var (isChanged, seen) = await ansible.SerialPortsAsync(Name, "present", made);
        Assert.False(isChanged);
        Assert.Equal(new("vSPC.py", "client", Proxy), Assert.Single(seen));

        var wished = new ClientPort("console", "server", Secure);
        (isChanged, _) = await ansible.SerialPortsAsync(Name, "present", wished);
        Assert.True(isChanged);
        Assert.Equal(wished, Assert.Single(await ListAsync(Name)));

        (isChanged, seen) = await ansible.SerialPortsAsync(Name, "absent", wished);
        Assert.True(isChanged);
        Assert.Empty(seen);
        Assert.Empty(await ListAsync(Name));
    }

    [Fact]
    public async Task What_Ansible_makes_portside_reads_calls_unchanged_changes_and_removes()
    {
        const string Name = "theirs-Ansible";
        await using var client = await SerialPortClient.StartAsync(SerialClient.PyVmomi, Server);
        await client.CreateAsync(Name);
        using var ansible = new Ansible(Server);
        ClientPort first = new("console?port=a", "server", Secure), second = new("tcp://console.example:7001", "client", null, YieldOnPoll: false);
        Assert.True((await ansible.SerialPortsAsync(Name, "present", first, second)).IsChanged);

        var read = await ListAsync(Name);
        Assert.Equal([first, second], read.OrderBy(port => port.ServiceUri, StringComparer.Ordinal));
        await UnchangedAsync("ensure", Name, "--proxy", Secure, "--service", "console", "--label", "a");
        await UnchangedAsync("ensure", Name, "--proxy", "none", "--service", "tcp://console.example:7001", "--direction", "client", "--yield-on-poll", "false");
        Assert.Equal(read, await ListAsync(Name));

        // Its module knows one network port only, the first: that one stays.
        await ChangeAsync("rm", Name, "--port", Text(Key(read, "tcp://console.example:7001")));
        await ChangeAsync("set", Name, "--proxy", Proxy, "--direction", "client");
        var (isChanged, seen) = await ansible.SerialPortsAsync(Name, "present", new ClientPort("console?port=a", "client", Proxy));
        Assert.False(isChanged);
        Assert.Equal(new("console?port=a", "client", Proxy), Assert.Single(seen));
        await ChangeAsync("rm", Name, "--port", "a");
        (isChanged, seen) = await ansible.SerialPortsAsync(Name, "absent", new ClientPort("console?port=a", "client", Proxy));
        Assert.False(isChanged);
        Assert.Empty(seen);
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private static ClientPort Port(IEnumerable<ClientPort> ports, int key) => Assert.Single(ports, port => port.Key == key);

    private static int Key(IEnumerable<ClientPort> ports, string serviceUri) => Assert.Single(ports, port => port.ServiceUri == serviceUri).Key;

    private static string Text(int key) => key.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The machine's ports as <c>portside port ls</c> tells them, by key.</summary>
    private async Task<IReadOnlyList<ClientPort>> ListAsync(string machine) =>
    [
        .. (await PortAsync("ls", machine, "-o", "json")).Json.EnumerateArray().Select(port => new ClientPort(
            port.Text("serviceUri")!,
            port.Text("direction")!,
            port.Text("proxyUri"),
            port.GetProperty("yieldOnPoll").GetBoolean(),
            port.GetProperty("startConnected").GetBoolean())
        {
            Key = port.GetProperty("key").GetInt32(),
        }),
    ];

    private async Task ChangeAsync(string verb, string machine, params string[] words) =>
        Assert.Contains($"{machine}: changed", (await PortAsync([verb, machine, .. words])).Succeeded().Output, StringComparison.Ordinal);

    private async Task UnchangedAsync(string verb, string machine, params string[] words) =>
        Assert.Contains($"{machine}: unchanged", (await PortAsync([verb, machine, .. words])).Succeeded().Output, StringComparison.Ordinal);

    private async Task<string> FileAsync(string text)
    {
        var file = _directory["ports.yaml"];
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private Task<CommandResult> PortAsync(params string[] arguments) => ChildProcess.RunAsync(
        Executable.Path,
        ["port", .. arguments],
        environment: new Dictionary<string, string?>
        {
            ["GOVC_URL"] = Server.Url.ToString(),
            ["GOVC_USERNAME"] = Server.User,
            ["GOVC_PASSWORD"] = Server.Password,
            ["GOVC_INSECURE"] = "1",
            ["GOVC_TLS_KNOWN_HOSTS"] = null,
            ["GOVC_TLS_CA_CERTS"] = null,
            ["GOVC_DATACENTER"] = null,
        });
}
