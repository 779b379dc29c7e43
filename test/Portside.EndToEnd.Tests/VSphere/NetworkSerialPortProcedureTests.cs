using System.Net;
using System.Net.Sockets;
using System.Text;
using Portside.EndToEnd.Tests.Clients;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Remotes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;
using Portside.VSphere.Client;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>
/// VMware's chapter on network serial ports, told again by tests: each is named after the sentence that it shows, over a
/// running <c>portside host</c> by its API, a running <c>portside serve</c> as the proxy, and real sockets.
/// </summary>
public sealed class NetworkSerialPortProcedureTests(RunningHost host, RemotePortside proxy)
    : IClassFixture<RunningHost>, IClassFixture<RemotePortside>, IAsyncLifetime
{
    private static int _number;

    private VSphereSession _session = null!;
    private ManagedObjectReference _folder = null!;
    private ManagedObjectReference _compute = null!;
    private ManagedObjectReference _pool = null!;

    private PortsideProcess Proxy => proxy.Server;

    private string ProxyUri => $"telnet://127.0.0.1:{Proxy.VmPort}";

    public async ValueTask InitializeAsync()
    {
        _session = await VSphereSession.ConnectAsync(new VSphereOptions
        {
            Url = host.Endpoint.Url,
            UserName = host.Endpoint.User,
            Password = host.Endpoint.Password,
            Trust = ServerTrust.Anything,
        });
        var datacenter = await FindAsync("DC0");
        _folder = await FindAsync("DC0/vm");
        _compute = await FindAsync("DC0/host/DC0_C0");
        _pool = (await _session.ReadAsync(_compute, ["resourcePool"], CancellationToken.None)).Reference("resourcePool")!;
        Assert.Equal("Datacenter", datacenter.Type);
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    [Fact]
    public async Task A_network_serial_port_is_a_virtual_serial_port_that_uses_a_network_socket_on_the_host_computer()
    {
        var port = FreePorts.Next();
        var machine = await CreateAsync(new VirtualSerialPortURIBackingInfo { ServiceUri = $"tcp://127.0.0.1:{port}", Direction = "server" });
        await RunAsync("PowerOnVM_Task", machine);

        using var remote = new TcpClient();
        await remote.ConnectAsync(IPAddress.Loopback, port);
        Assert.Equal("ping\r\n", await EchoAsync(remote.GetStream(), "ping\r\n"));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("telnet")]
    public async Task The_vSphere_API_uses_Uniform_Resource_Identifiers_to_identify_the_protocol_IP_address_and_port_number_for_endpoints(string protocol)
    {
        using var remote = new TcpListener(IPAddress.Loopback, 0);
        remote.Start();
        var port = ((IPEndPoint)remote.LocalEndpoint).Port;
        var machine = await CreateAsync(new VirtualSerialPortURIBackingInfo { ServiceUri = $"{protocol}://127.0.0.1:{port}", Direction = "client" });
        var accepting = remote.AcceptTcpClientAsync();
        await RunAsync("PowerOnVM_Task", machine);

        using var accepted = await accepting.WaitAsync(Patience.Limit);
        Assert.Equal("ping\r\n", await EchoAsync(accepted.GetStream(), "ping\r\n"));
    }

    [Fact]
    public async Task To_use_a_network_serial_port_the_ESX_host_must_provide_the_virtual_serial_port_URI_backing_option()
    {
        var option = await SerialPortOptionAsync();
        Assert.Contains(option.BackingOption, backing => backing is VirtualSerialPortURIBackingOption);
    }

    [Fact]
    public async Task You_use_the_QueryConfigOption_method_to_determine_the_backing_options_and_it_returns_a_VirtualMachineConfigOption()
    {
        var browser = (await _session.ReadAsync(_compute, ["environmentBrowser"], CancellationToken.None)).Reference("environmentBrowser")!;
        var option = await _session.CallAsync(
            "QueryConfigOption", browser, [], VimKinds.Object<VirtualMachineConfigOption>(), CancellationToken.None);
        Assert.NotEmpty(option!.HardwareOptions.VirtualDeviceOption);
    }

    [Fact]
    public async Task The_virtual_device_option_array_must_include_the_VirtualSerialPortOption_data_object() =>
        Assert.Equal("VirtualSerialPort", (await SerialPortOptionAsync()).OfType);

    [Fact]
    public async Task The_array_of_serial_port_backing_options_must_include_the_VirtualDeviceURIBackingOption_data_object()
    {
        var option = await SerialPortOptionAsync();
        var uri = Assert.Single(option.BackingOption.OfType<VirtualDeviceURIBackingOption>());
        Assert.Equal(["client", "server"], uri.Directions.ChoiceInfo.Select(choice => choice.Key).Order());
    }

    [Fact]
    public async Task VirtualDeviceURIBackingOption_type_specifies_the_name_of_the_backing_object_you_should_create()
    {
        var option = (await SerialPortOptionAsync()).BackingOption.OfType<VirtualDeviceURIBackingOption>().Single();
        var backing = (VirtualDeviceURIBackingInfo)VimTypes.Find(option.OfType)!.Create();
        (backing.ServiceUri, backing.Direction, backing.ProxyUri) = ("portside", "server", ProxyUri);

        var machine = await CreateAsync(backing);
        Assert.IsType<VirtualSerialPortURIBackingInfo>((await PortAsync(machine)).Backing);
    }

    [Fact]
    public async Task You_can_configure_a_virtual_serial_port_to_use_URI_backing_when_you_create_or_reconfigure_a_virtual_machine()
    {
        var created = await CreateAsync(ThroughProxy());
        Assert.Equal(ProxyUri, ((VirtualSerialPortURIBackingInfo)(await PortAsync(created)).Backing!).ProxyUri);

        var reconfigured = await CreateAsync(backing: null);
        await ReconfigureAsync(reconfigured, "add", new VirtualSerialPort { Key = -1, Backing = ThroughProxy(), YieldOnPoll = true });
        Assert.Equal(ProxyUri, ((VirtualSerialPortURIBackingInfo)(await PortAsync(reconfigured)).Backing!).ProxyUri);
    }

    [Theory]
    [InlineData("telnet")]
    [InlineData("telnets")]
    public async Task You_can_use_either_telnet_or_secure_telnet_for_the_proxy_connection(string scheme)
    {
        var uri = $"{scheme}://127.0.0.1:{Proxy.VmPort}"
            + (scheme == "telnets" ? "#thumbprint=" + Proxy.Description.GetProperty("thumbprintSha1").GetString() : "");
        var machine = await CreateAsync(ThroughProxy(uri), out var name);
        await RunAsync("PowerOnVM_Task", machine);

        var seen = await Proxy.WaitForPortAsync(name, port => port.Text("state") == "connected");
        // By telnet too the two may agree on TLS once they are connected; secure telnet has it from the first byte.
        Assert.True(scheme == "telnet" || seen.Text("tls") is not null, seen.ToString());
        await using var console = await PlainConsole.AttachAsync(Proxy, name);
        await console.TypeAsync("hello"u8.ToArray());
        await console.Heard.WaitForAsync("hello");
    }

    [Fact]
    public async Task The_proxy_uses_one_socket_for_the_connection_with_the_virtual_machine_and_the_other_for_the_remote_system_that_connects_in()
    {
        var machine = await CreateAsync(ThroughProxy(), out var name);
        await RunAsync("PowerOnVM_Task", machine);
        await Proxy.WaitForPortAsync(name, port => port.Text("state") == "connected");

        await using var console = await PlainConsole.AttachAsync(Proxy, name);
        await console.TypeAsync("hello"u8.ToArray());
        await console.Heard.WaitForAsync("hello");
    }

    [Fact]
    public async Task The_proxy_connects_out_to_the_remote_system_when_the_virtual_machine_is_the_client()
    {
        using var remote = new TcpListener(IPAddress.Loopback, 0);
        remote.Start();
        var machine = await CreateAsync(new VirtualSerialPortURIBackingInfo
        {
            ServiceUri = $"tcp://{remote.LocalEndpoint}",
            Direction = "client",
            ProxyUri = ProxyUri,
        });
        var accepting = remote.AcceptTcpClientAsync();
        await RunAsync("PowerOnVM_Task", machine);

        using var accepted = await accepting.WaitAsync(Patience.Limit);
        Assert.Equal("ping\r\n", await EchoAsync(accepted.GetStream(), "ping\r\n"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StartConnected_determines_whether_the_virtual_machine_will_open_a_connection_with_the_proxy_when_it_starts(bool startConnected)
    {
        var machine = await CreateAsync(ThroughProxy(), out var name, startConnected);
        await RunAsync("PowerOnVM_Task", machine);

        var connectable = (await PortAsync(machine)).Connectable!;
        Assert.Equal((startConnected, startConnected ? "ok" : "untried"), (connectable.Connected, connectable.Status));
        Assert.Equal(startConnected, (await Proxy.GetAsync("/v1/ports")).EnumerateArray().Any(port => port.Text("name") == name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_virtual_machine_powers_on_it_copies_the_startConnected_value_to_the_connected_property(bool startConnected)
    {
        var machine = await CreateAsync(ThroughProxy(), out _, startConnected);
        Assert.False((await PortAsync(machine)).Connectable!.Connected);
        await RunAsync("PowerOnVM_Task", machine);
        Assert.Equal(startConnected, (await PortAsync(machine)).Connectable!.Connected);
    }

    [Fact]
    public async Task While_the_virtual_machine_is_running_you_can_set_the_connected_property_to_open_or_close_the_proxy_connection()
    {
        var machine = await CreateAsync(ThroughProxy(), out var name);
        await RunAsync("PowerOnVM_Task", machine);
        await Proxy.WaitForPortAsync(name, port => port.Text("state") == "connected");

        await SetConnectedAsync(machine, false);
        await Proxy.WaitForPortAsync(name, port => port.Text("state") == "disconnected");
        await SetConnectedAsync(machine, true);
        await Proxy.WaitForPortAsync(name, port => port.Text("state") == "connected");
    }

    [Fact]
    public async Task If_you_reconfigure_a_port_with_connected_set_to_TRUE_the_virtual_machine_closes_the_existing_connection_and_opens_a_new_one()
    {
        var machine = await CreateAsync(ThroughProxy(), out var name);
        await RunAsync("PowerOnVM_Task", machine);
        var first = await Proxy.WaitForPortAsync(name, port => port.Text("state") == "connected");

        await SetConnectedAsync(machine, true);
        await Proxy.WaitForPortAsync(name, port => port.Text("state") == "connected" && port.Text("source") != first.Text("source"));
    }

    private static async Task<string> EchoAsync(NetworkStream stream, string text)
    {
        // The guest says what it hears; what a telnet port negotiates before is passed over.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        var heard = new StringBuilder();
        var buffer = new byte[256];
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (!heard.ToString().EndsWith(text, StringComparison.Ordinal))
        {
            var length = await stream.ReadAsync(buffer, limit.Token);
            Assert.NotEqual(0, length);
            heard.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }

        return heard.ToString()[^text.Length..];
    }

    private VirtualSerialPortURIBackingInfo ThroughProxy(string? proxyUri = null) => new()
    {
        ServiceUri = "portside",
        Direction = "server",
        ProxyUri = proxyUri ?? ProxyUri,
    };

    private Task<ManagedObjectReference> CreateAsync(VirtualDeviceBackingInfo? backing) => CreateAsync(backing, out _);

    private Task<ManagedObjectReference> CreateAsync(VirtualDeviceBackingInfo? backing, out string name, bool startConnected = true)
    {
        name = $"procedure-{Interlocked.Increment(ref _number)}";
        var spec = new VirtualMachineConfigSpec
        {
            Name = name,
            ExtraConfig = [new OptionValue { Key = "portside.guest", Value = VimValue.Of("echo") }],
            DeviceChange = backing is null ? [] : [Change("add", new VirtualSerialPort
            {
                Key = -1,
                Backing = backing,
                Connectable = new VirtualDeviceConnectInfo { StartConnected = startConnected, AllowGuestControl = true },
                YieldOnPoll = true,
            })],
        };
        return MadeAsync(spec);
    }

    private async Task<ManagedObjectReference> MadeAsync(VirtualMachineConfigSpec spec)
    {
        var task = await RunAsync("CreateVM_Task", _folder, ("config", VimValue.Of(spec)), ("pool", VimValue.Of(_pool)));
        return (ManagedObjectReference)task.Result!.Value.Value;
    }

    private Task<TaskInfo> RunAsync(string method, ManagedObjectReference target, params (string, VimValue?)[] arguments) =>
        _session.RunAsync(method, target, arguments, null, CancellationToken.None);

    private Task<TaskInfo> ReconfigureAsync(ManagedObjectReference machine, string operation, VirtualDevice device) =>
        RunAsync("ReconfigVM_Task", machine, ("spec", VimValue.Of(new VirtualMachineConfigSpec { DeviceChange = [Change(operation, device)] })));

    private async Task SetConnectedAsync(ManagedObjectReference machine, bool connected)
    {
        var port = await PortAsync(machine);
        port.Connectable!.Connected = connected;
        await ReconfigureAsync(machine, "edit", port);
    }

    private static VirtualDeviceConfigSpec Change(string operation, VirtualDevice device) => new() { Operation = operation, Device = device };

    private async Task<VirtualSerialPort> PortAsync(ManagedObjectReference machine) =>
        Assert.Single((await _session.ReadAsync(machine, ["config.hardware.device"], CancellationToken.None))
            .Items<VirtualDevice>("config.hardware.device").OfType<VirtualSerialPort>());

    private async Task<VirtualSerialPortOption> SerialPortOptionAsync()
    {
        var browser = (await _session.ReadAsync(_compute, ["environmentBrowser"], CancellationToken.None)).Reference("environmentBrowser")!;
        var option = await _session.CallAsync(
            "QueryConfigOption", browser, [], VimKinds.Object<VirtualMachineConfigOption>(), CancellationToken.None);
        return Assert.Single(option!.HardwareOptions.VirtualDeviceOption.OfType<VirtualSerialPortOption>());
    }

    private async Task<ManagedObjectReference> FindAsync(string path) => (await _session.CallAsync(
        "FindByInventoryPath",
        _session.Content.SearchIndex!,
        [("inventoryPath", VimValue.Of(path))],
        VimKinds.Reference,
        CancellationToken.None))!;
}
