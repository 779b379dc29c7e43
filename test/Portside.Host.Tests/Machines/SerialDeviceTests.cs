using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.Host.Tests.Ports;
using Portside.Lines.Terminals;
using Portside.Testing;

namespace Portside.Host.Tests.Machines;

/// <summary>What VMware states of network serial ports, each sentence a test, and what follows from it.</summary>
public sealed class SerialDeviceTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly NetworkBacking Backing = new("vSPC.py", "server", "telnet://concentrator.example:13370");

    private readonly PairedProxy _proxy = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StartConnected_determines_whether_the_virtual_machine_will_open_a_connection_with_the_proxy_when_it_starts(bool startConnected)
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing, new SerialDeviceEdit { StartConnected = startConnected });
        var starting = machine.PowerOnAsync();
        if (startConnected)
            await (await _proxy.AcceptAsync()).ServeAsync();
        await starting.WaitAsync(Patience);

        Assert.Equal(startConnected ? 1 : 0, _proxy.Attempts);
        Assert.Equal(startConnected ? ConnectionStatus.Ok : ConnectionStatus.Untried, device.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_virtual_machine_powers_on_it_copies_the_startConnected_value_to_connected(bool startConnected)
    {
        _proxy.IsUnreachable = true;
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing, new SerialDeviceEdit { StartConnected = !startConnected });
        await machine.ReconfigureAsync(device, new SerialDeviceEdit { StartConnected = startConnected });
        Assert.False(device.Connected);

        await machine.PowerOnAsync().WaitAsync(Patience);

        Assert.Equal(startConnected, device.Connected);
        await machine.PowerOffAsync().WaitAsync(Patience);
        Assert.False(device.Connected);
    }

    [Fact]
    public async Task While_the_virtual_machine_is_running_connected_opens_or_closes_the_proxy_connection()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing, new SerialDeviceEdit { StartConnected = false });
        await machine.PowerOnAsync().WaitAsync(Patience);
        for (var round = 0; round < 3; round++)
        {
            var opening = machine.ReconfigureAsync(device, new SerialDeviceEdit { Connected = true });
            await using var proxy = await _proxy.AcceptAsync();
            await proxy.ServeAsync();
            await opening.WaitAsync(Patience);
            Assert.Equal((true, ConnectionStatus.Ok), (device.Connected, device.Status));
            await EchoAsync(proxy, "here");

            var closing = machine.ReconfigureAsync(device, new SerialDeviceEdit { Connected = false });
            await proxy.ExpectEndAsync();
            await proxy.DisposeAsync();
            await closing.WaitAsync(Patience);
            Assert.Equal((false, ConnectionStatus.Untried), (device.Connected, device.Status));
        }

        Assert.True(machine.IsPoweredOn);
    }

    [Fact]
    public async Task A_port_reconfigured_with_connected_true_closes_the_existing_connection_and_opens_a_new_one()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing);
        await using var first = await StartAsync(machine);

        var reopening = machine.ReconfigureAsync(device, new SerialDeviceEdit { Connected = true });

        await first.ExpectEndAsync();
        await first.DisposeAsync();
        await using var second = await _proxy.AcceptAsync();
        await second.ServeAsync();
        await reopening.WaitAsync(Patience);
        await EchoAsync(second, "still here");
        Assert.Equal((2, true, ConnectionStatus.Ok), (_proxy.Attempts, device.Connected, device.Status));
    }

    [Fact]
    public async Task The_new_connection_is_one_of_the_backing_that_came_in_the_same_edit()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing);
        await using var first = await StartAsync(machine);

        var reopening = machine.ReconfigureAsync(
            device, new SerialDeviceEdit { Connected = true, Backing = Backing with { ServiceUri = "other", Direction = "client" } });

        await first.ExpectEndAsync();
        await first.DisposeAsync();
        await using var second = await _proxy.AcceptAsync();
        await ServeOtherAsync(second);
        await reopening.WaitAsync(Patience);
        await EchoAsync(second, "there");
        Assert.Equal(new NetworkBacking("other", "client", Backing.ProxyUri), device.Backing);
    }

    [Fact]
    public async Task A_changed_backing_of_a_connected_port_connects_it_anew_and_leaves_its_flags_alone()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing, new SerialDeviceEdit { AllowGuestControl = false });
        await using var first = await StartAsync(machine);

        var changing = machine.ReconfigureAsync(device, new SerialDeviceEdit { Backing = Backing with { ServiceUri = "other", Direction = "client" } });

        await first.ExpectEndAsync();
        await first.DisposeAsync();
        await using var second = await _proxy.AcceptAsync();
        await ServeOtherAsync(second);
        await changing.WaitAsync(Patience);
        Assert.Equal((true, true, false), (device.Connected, device.StartConnected, device.AllowGuestControl));
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_of_the_connection_and_one_of_another_port_leave_it_alone()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing);
        var other = machine.AddPort(Backing, new SerialDeviceEdit { StartConnected = false });
        await using var proxy = await StartAsync(machine);

        await machine.ReconfigureAsync(device, new SerialDeviceEdit { Backing = Backing with { }, StartConnected = false, YieldOnPoll = true });
        await machine.ReconfigureAsync(other, new SerialDeviceEdit { Connected = false });
        await machine.ReconfigureAsync(other, new SerialDeviceEdit { Backing = Backing with { ServiceUri = "other" } });

        await EchoAsync(proxy, "undisturbed");
        Assert.Equal((1, true, false, true), (_proxy.Attempts, device.Connected, device.StartConnected, device.YieldOnPoll));
    }

    [Fact]
    public async Task Connected_means_nothing_while_the_machine_is_off()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing, new SerialDeviceEdit { Connected = true });

        await machine.ReconfigureAsync(device, new SerialDeviceEdit { Connected = true });

        Assert.Equal((false, ConnectionStatus.Untried, 0), (device.Connected, device.Status, _proxy.Attempts));
    }

    [Fact]
    public async Task Power_on_succeeds_with_an_unreachable_proxy_which_is_tried_again()
    {
        _proxy.IsUnreachable = true;
        await using var machine = NewMachine(new ReconnectPolicy { First = TimeSpan.FromMilliseconds(1), Longest = TimeSpan.FromMilliseconds(1) });
        var device = machine.AddPort(Backing);
        await machine.PowerOnAsync().WaitAsync(Patience);
        await device.WaitForAsync(d => d.Status == ConnectionStatus.RecoverableError).WaitAsync(Patience);
        Assert.True(device.Connected);
        Assert.NotNull(device.StatusText);

        _proxy.IsUnreachable = false;
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ServeAsync();
        await device.WaitForAsync(d => d.Status == ConnectionStatus.Ok).WaitAsync(Patience);
        Assert.Null(device.StatusText);
    }

    [Theory]
    [InlineData("ftp://concentrator.example:21", "server")]
    [InlineData("telnet://user@concentrator.example:13370", "server")]
    [InlineData("telnet://concentrator.example:13370", "both")]
    public async Task An_unusable_backing_shows_at_power_on_which_succeeds(string proxyUri, string direction)
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(new NetworkBacking("vSPC.py", direction, proxyUri));
        Assert.Equal(ConnectionStatus.Untried, device.Status);

        await machine.PowerOnAsync().WaitAsync(Patience);

        Assert.Equal((ConnectionStatus.UnrecoverableError, 0), (device.Status, _proxy.Attempts));
        Assert.NotEmpty(device.StatusText!);
        await machine.PowerOffAsync().WaitAsync(Patience);
        Assert.Equal(ConnectionStatus.Untried, device.Status);
    }

    [Fact]
    public async Task A_proxy_that_goes_away_shows_and_so_does_its_return()
    {
        await using var machine = NewMachine(new ReconnectPolicy { First = TimeSpan.FromMilliseconds(1), Longest = TimeSpan.FromMilliseconds(1) });
        var device = machine.AddPort(Backing);
        await using var first = await StartAsync(machine);

        await first.DisposeAsync();
        await using var second = await _proxy.AcceptAsync();
        await device.WaitForAsync(d => d.Status == ConnectionStatus.RecoverableError).WaitAsync(Patience);
        await second.ServeAsync();
        await device.WaitForAsync(d => d.Status == ConnectionStatus.Ok).WaitAsync(Patience);
        Assert.Equal(2, machine.Ports[0].Snapshot.Connections);
    }

    [Theory]
    [InlineData("", "server", "telnet://h:1", "serviceURI")]
    [InlineData("x", "", "telnet://h:1", "direction")]
    [InlineData("x", "Server", "telnet://h:1", "direction")]
    [InlineData("x", "server", "", "proxyURI")]
    [InlineData("x", "server", "tcp://h:1", "proxyURI")]
    [InlineData("x", "server", "telnet://h", "proxyURI")]
    [InlineData("x", "server", "telnet://u:p@h:1", "proxyURI")]
    [InlineData("vSPC.py", "server", null, "serviceURI")]
    [InlineData("udp://h:1", "client", null, "serviceURI")]
    [InlineData("rfc2217://h:1", "client", null, "serviceURI")]
    [InlineData("tcp://h:1#verify", "client", null, "serviceURI")]
    [InlineData("telnets://h:1#colour=red", "client", null, "serviceURI")]
    [InlineData("telnet://:7001", "client", null, "serviceURI")]
    public void A_check_names_the_property_that_is_wrong(string service, string direction, string? proxy, string property) =>
        Assert.Equal(property, SerialDevice.Check(new NetworkBacking(service, direction, proxy))?.Property);

    [Theory]
    [InlineData("vSPC.py", "server", "telnet://h:1")]
    [InlineData("any text at all", "client", "telnets://[::1]:13370#thumbprint=0011223344556677889900112233445566778899")]
    [InlineData("telnet://:7001", "server", null)]
    [InlineData("h:1", "client", null)]
    [InlineData("localhost:0", "client", null)]
    [InlineData("tcp4+ssl://h:1#verify&peerName=x", "client", null)]
    public void A_check_lets_pass_what_can_work(string service, string direction, string? proxy) =>
        Assert.Null(SerialDevice.Check(new NetworkBacking(service, direction, proxy)));

    [Fact]
    public async Task A_machine_has_32_ports_at_the_lowest_free_indexes_and_no_more()
    {
        await using var machine = NewMachine();
        for (var index = 0; index < 32; index++)
            Assert.Equal(index, machine.AddPort(Backing).Index);
        Assert.Throws<InvalidOperationException>(() => machine.AddPort(Backing));

        await machine.RemovePortAsync(machine.Devices[7]);

        Assert.Equal(7, machine.AddPort(Backing).Index);
        Assert.Equal(Enumerable.Range(0, 32), machine.Devices.Select(device => device.Index));
    }

    [Fact]
    public async Task Ports_come_and_go_only_while_the_machine_is_off()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing, new SerialDeviceEdit { StartConnected = false });
        await machine.PowerOnAsync().WaitAsync(Patience);

        Assert.Throws<InvalidOperationException>(() => machine.AddPort(Backing));
        await Assert.ThrowsAsync<InvalidOperationException>(() => machine.RemovePortAsync(device));
        await machine.PowerOffAsync().WaitAsync(Patience);
        await machine.RemovePortAsync(device);
        Assert.Empty(machine.Devices);
        await Assert.ThrowsAsync<ArgumentException>(() => machine.ReconfigureAsync(device, new SerialDeviceEdit()));
    }

    [Fact]
    public async Task KeepIdle_vmotionLimit_and_the_name_hold_from_the_next_connection_on()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing);
        await using var first = await StartAsync(machine);
        Assert.Equal(("db1", 300, 5000), Told(machine));

        machine.Name = "db2";
        machine.ExtraConfig = new Dictionary<string, string>
        {
            ["serial0.keepIdle"] = "60",
            ["SERIAL0.vmotionlimit"] = "700",
            ["serial1.keepIdle"] = "1",
            ["serial0.vmotionLimit.x"] = "9",
        };
        Assert.Equal(("db1", 300, 5000), Told(machine));
        var reopening = machine.ReconfigureAsync(device, new SerialDeviceEdit { Connected = true });
        await first.ExpectEndAsync();
        await first.DisposeAsync();
        await using var second = await _proxy.AcceptAsync();
        await second.ServeAsync();
        await reopening.WaitAsync(Patience);
        Assert.Equal(("db2", 60, 700), Told(machine));

        machine.ExtraConfig = new Dictionary<string, string> { ["serial0.keepIdle"] = "soon", ["serial0.vmotionLimit"] = "-5" };
        var moving = Vmotion.RunAsync(machine);
        await second.ExpectBeginAsync();
        Assert.Equal(("db2", 300, 5000), Told(machine));
        await second.DisposeAsync();
        await moving.WaitAsync(Patience);

        static (string?, double, double) Told(VirtualMachine machine)
        {
            var options = machine.Ports[0].Options;
            return (options.VmName, options.KeepIdle.TotalSeconds, options.VmotionLimit.TotalMilliseconds);
        }
    }

    [Fact]
    public async Task A_file_takes_what_the_guest_says_behind_what_it_holds_and_moves_with_its_machine()
    {
        await File.WriteAllTextAsync(_directory["serial.log"], "before ");
        var guest = new TalkingGuest();
        await using var machine = NewMachine(guest: guest);
        var device = machine.AddPort(new FileBacking("[store] serial.log"));
        await machine.PowerOnAsync().WaitAsync(Patience);
        await device.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience);
        await guest.SayAsync("one ");

        Assert.Equal(VmotionOutcome.Completed, (await Vmotion.RunAsync(machine).WaitAsync(Patience)).Outcome);
        await guest.SayAsync("two ");
        await machine.ReconfigureAsync(device, new SerialDeviceEdit { Connected = false });
        await guest.SayAsync("to nobody ");
        await machine.ReconfigureAsync(device, new SerialDeviceEdit { Connected = true, Backing = new FileBacking("[store] deeper/other.log") });
        await device.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience);
        await guest.SayAsync("three");

        Assert.Equal("before one two ", await File.ReadAllTextAsync(_directory["serial.log"]));
        Assert.Equal("three", await File.ReadAllTextAsync(_directory["deeper/other.log"]));
        Assert.Equal(ConnectionStatus.Ok, device.Status);
    }

    [Fact]
    public async Task A_file_outside_of_every_datastore_is_an_unrecoverable_error()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(new FileBacking("[elsewhere] serial.log"));
        await machine.PowerOnAsync().WaitAsync(Patience);

        Assert.Equal((ConnectionStatus.UnrecoverableError, "'[elsewhere] serial.log' is in no datastore of this host."), (device.Status, device.StatusText));
    }

    [Fact]
    public async Task Two_machines_talk_over_a_pipe_and_neither_moves()
    {
        var left = new TalkingGuest();
        await using var server = NewMachine(guest: left);
        await using var client = NewMachine();
        server.AddPort(new PipeBacking(_directory["pipe"], "server"));
        client.AddPort(new PipeBacking(_directory["pipe"], "client"));
        await server.PowerOnAsync().WaitAsync(Patience);
        await client.PowerOnAsync().WaitAsync(Patience);
        Assert.Equal(ConnectionStatus.Ok, client.Devices[0].Status);
        await server.Devices[0].WaitForConnectionAsync(CancellationToken.None).WaitAsync(Patience);

        await left.SayAsync("ping");

        Assert.Equal("ping", await left.HearAsync(4));
        Assert.Equal(VmotionOutcome.NotMovable, (await Vmotion.RunAsync(server)).Outcome);
        await server.ReconfigureAsync(server.Devices[0], new SerialDeviceEdit { Connected = false });
        Assert.Equal(VmotionOutcome.Completed, (await Vmotion.RunAsync(server)).Outcome);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_serial_device_of_the_host_is_talked_to()
    {
        await using var other = PtyLine.Create(null);
        await using var machine = NewMachine();
        var device = machine.AddPort(new DeviceBacking(other.Title));
        await machine.PowerOnAsync().WaitAsync(Patience);
        Assert.Equal((ConnectionStatus.Ok, null), (device.Status, device.StatusText));

        await other.WriteAsync("AT"u8.ToArray(), CancellationToken.None);

        var bytes = new byte[2];
        for (var at = 0; at < bytes.Length;)
            at += await other.ReadAsync(bytes.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.Equal("AT"u8.ToArray(), bytes);
    }

    [Fact]
    public async Task A_port_that_leads_to_nobodys_port_0_cannot_work_and_holds_up_no_power_on()
    {
        await using var machine = NewMachine();
        var device = machine.AddPort(new NetworkBacking("localhost:0", "client"));
        await machine.PowerOnAsync().WaitAsync(Patience);

        await device.WaitForAsync(d => d.Status == ConnectionStatus.UnrecoverableError).WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pipes_and_devices_are_opened_where_the_host_allows_it_only(bool pipe)
    {
        await using var machine = new VirtualMachine(new VirtualMachineOptions { Name = "db1" }, _ => new EchoGuest());
        var device = machine.AddPort(pipe ? new PipeBacking(_directory["pipe"], "server") : new DeviceBacking("/dev/null"));
        await machine.PowerOnAsync().WaitAsync(Patience);

        Assert.Equal(ConnectionStatus.UnrecoverableError, device.Status);
        Assert.False(File.Exists(_directory["pipe"]));
    }

    [Fact]
    public async Task A_guest_keeps_its_line_from_proxy_to_remote_system_to_proxy()
    {
        using var listener = new LoopbackListener();
        await using var machine = NewMachine();
        var device = machine.AddPort(Backing);
        await using var first = await StartAsync(machine);
        await EchoAsync(first, "one");

        var rewiring = machine.ReconfigureAsync(device, new SerialDeviceEdit
        {
            Backing = new NetworkBacking(string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{listener.Port}"), "client"),
        });
        await first.ExpectEndAsync();
        await first.DisposeAsync();
        await using var remote = await listener.AcceptAsync();
        await rewiring.WaitAsync(Patience);
        await remote.WriteAsync("two"u8.ToArray());
        var bytes = new byte[3];
        await remote.ReadExactlyAsync(bytes).AsTask().WaitAsync(Patience);
        Assert.Equal("two"u8.ToArray(), bytes);
        Assert.Equal(VmotionOutcome.NotPossible, (await Vmotion.RunAsync(machine)).Outcome);

        var back = machine.ReconfigureAsync(device, new SerialDeviceEdit { Backing = Backing });
        await using var second = await _proxy.AcceptAsync();
        await second.ServeAsync();
        await back.WaitAsync(Patience);
        await EchoAsync(second, "three");
        Assert.Equal(0, machine.Reboots);
    }

    [Fact]
    public async Task A_machine_moves_with_two_proxies_a_file_and_ports_that_are_disconnected_or_failed()
    {
        await using var machine = NewMachine();
        machine.AddPort(Backing);
        machine.AddPort(new FileBacking("[store] serial.log"));
        machine.AddPort(new NetworkBacking("tcp://:0", "server"), new SerialDeviceEdit { StartConnected = false });
        machine.AddPort(new DeviceBacking("/dev/ttyS0"), new SerialDeviceEdit { StartConnected = false });
        machine.AddPort(new NetworkBacking("no address", "client"));
        machine.AddPort(Backing);
        var starting = machine.PowerOnAsync();
        var sources = new List<ScriptedPeer>();
        for (var port = 0; port < 2; port++)
        {
            sources.Add(await _proxy.AcceptAsync());
            await sources[^1].ServeAsync();
        }

        await starting.WaitAsync(Patience);

        var moving = Vmotion.RunAsync(machine);
        var sequences = new List<string>();
        foreach (var source in sources)
        {
            sequences.Add(await source.ExpectBeginAsync());
            await source.SendAsync($"FF FA E8 29 {sequences[^1]} AA FF F0");
        }

        foreach (var sequence in sequences)
        {
            var destination = await _proxy.AcceptAsync();
            await destination.ExpectPeerAsync($"{sequence} AA");
            await destination.SendAsync($"FF FA E8 2D {sequence} FF F0");
        }

        var result = await moving.WaitAsync(Patience);
        Assert.Equal((VmotionOutcome.Completed, 2), (result.Outcome, result.Ports));
        Assert.Equal([true, true, false, false, true, true], machine.Devices.Select(device => device.Connected));
    }

    [Fact]
    public async Task A_reset_restarts_the_guest_and_connects_again_what_was_connected()
    {
        await using var machine = NewMachine();
        machine.AddPort(Backing);
        var closed = machine.AddPort(Backing, new SerialDeviceEdit { StartConnected = false });
        await using var first = await StartAsync(machine);

        machine.Reset();

        await first.ExpectEndAsync();
        await first.DisposeAsync();
        await using var second = await _proxy.AcceptAsync();
        await second.ServeAsync();
        await EchoAsync(second, "again");
        Assert.Equal((1, false, 2), (machine.Reboots, closed.Connected, _proxy.Attempts));
    }

    [Fact]
    public async Task A_machine_tells_when_it_was_switched_on_and_off()
    {
        await using var machine = NewMachine();
        var told = new SemaphoreSlim(0);
        machine.PowerChanged += (_, _) => told.Release();

        await machine.PowerOnAsync().WaitAsync(Patience);
        Assert.True(await told.WaitAsync(Patience));
        await machine.PowerOffAsync().WaitAsync(Patience);
        Assert.True(await told.WaitAsync(Patience));
    }

    private static async Task EchoAsync(ScriptedPeer proxy, string text)
    {
        await proxy.SendTextAsync(text);
        await proxy.ExpectTextAsync(text);
    }

    private static async Task ServeOtherAsync(ScriptedPeer proxy)
    {
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FE 25");
        await proxy.ExpectAsync("FF FB E8" + ProxyScripts.BinaryRequests);
        await proxy.SendAsync("FF FD E8" + ProxyScripts.BinaryAnswers + ProxyScripts.Known2);
        await proxy.ExpectAsync(ProxyScripts.Known1 + "FF FA E8 46 43 \"other\" FF F0");
        await proxy.SendAsync(ProxyScripts.WillProxy);
        await proxy.ExpectAsync("FF FB 2C");
        await proxy.SendAsync("FF FE 2C");
    }

    private async Task<ScriptedPeer> StartAsync(VirtualMachine machine)
    {
        var starting = machine.PowerOnAsync();
        var proxy = await _proxy.AcceptAsync();
        await proxy.ServeAsync();
        await starting.WaitAsync(Patience);
        return proxy;
    }

    private VirtualMachine NewMachine(ReconnectPolicy? reconnect = null, IGuest? guest = null) => new(
        new VirtualMachineOptions
        {
            Name = "db1",
            ConnectWait = TimeSpan.FromSeconds(30),
            Host = new MachineHost
            {
                Connector = _proxy.ConnectAsync,
                Reconnect = reconnect ?? ReconnectPolicy.None,
                AllowLocalEnds = true,
                ResolveFile = path => path.StartsWith("[store] ", StringComparison.Ordinal) ? _directory[path[8..]] : null,
            },
        },
        _ => guest ?? new EchoGuest());

    /// <summary>Says what a test wants said.</summary>
    private sealed class TalkingGuest : IGuest
    {
        private readonly TaskCompletionSource<ISerialLine> _line = new();

        public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
        {
            _line.TrySetResult(line);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return GuestExit.PowerOff;
        }

        public async Task SayAsync(string text) =>
            await (await _line.Task).WriteAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None).AsTask().WaitAsync(Patience);

        public async Task<string> HearAsync(int length)
        {
            var bytes = new byte[length];
            for (var at = 0; at < length;)
                at += await (await _line.Task).ReadAsync(bytes.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience);
            return Encoding.ASCII.GetString(bytes);
        }
    }
}
