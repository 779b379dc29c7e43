using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.SerialPorts;

namespace Portside.VSphere.Tests.SerialPorts;

/// <summary>What is wished against what there is.</summary>
public sealed class PortPlannerTests
{
    private const string Proxy = "telnets://console.example:13370#thumbprint=AA";

    [Fact]
    public void A_machine_without_a_port_gets_one_with_the_usual_values()
    {
        var plan = PortPlanner.Plan(Machine(isOn: false), [new PortWish { ProxyUri = Proxy }]);
        var change = Assert.Single(plan.Changes);
        Assert.Equal(("add", "vSPC.py", "server", Proxy), (change.Operation, change.ServiceUri, change.Direction, change.ProxyUri));
        Assert.Equal((true, true, true, false), (change.StartConnected, change.AllowGuestControl, change.YieldOnPoll, change.Connected));
        Assert.False(plan.NeedsPowerOff);
        Assert.True(PortPlanner.Plan(Machine(isOn: true), [new PortWish { ProxyUri = Proxy }]).NeedsPowerOff);
    }

    [Fact]
    public void What_is_as_it_is_wished_needs_nothing()
    {
        var machine = Machine(isOn: true, Port(9000, "vSPC.py", Proxy, connected: true));
        Assert.Empty(PortPlanner.Plan(machine, [new PortWish { ProxyUri = Proxy }]).Changes);
    }

    [Fact]
    public void Only_what_differs_is_changed()
    {
        var machine = Machine(isOn: true, Port(9000, "vSPC.py?port=a", "telnet://old:1", connected: true));
        var change = Assert.Single(PortPlanner.Plan(machine, [new PortWish { ProxyUri = Proxy }]).Changes);
        Assert.Equal(new PortDifference("proxyURI", "telnet://old:1", Proxy), Assert.Single(change.Differences));
        Assert.Equal("vSPC.py?port=a", change.ServiceUri);
        Assert.True(change.Connected);
    }

    [Fact]
    public void Ports_are_told_apart_by_their_labels()
    {
        var machine = Machine(isOn: false, Port(9000, "vSPC.py?port=b", Proxy), Port(9001, "vSPC.py?port=a", Proxy));
        Assert.Empty(PortPlanner.Plan(machine, [new PortWish { Label = "a", ProxyUri = Proxy }, new PortWish { Label = "b", ProxyUri = Proxy }]).Changes);
        var added = Assert.Single(PortPlanner.Plan(machine, [new PortWish { Label = "c", ProxyUri = Proxy }]).Changes);
        Assert.Equal(("add", "vSPC.py?port=c"), (added.Operation, added.ServiceUri));
    }

    [Fact]
    public void Which_of_two_is_meant_has_to_be_said()
    {
        var machine = Machine(isOn: false, Port(9000, "a", Proxy), Port(9001, "b", Proxy));
        var problem = PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, YieldOnPoll = false }]).Problem;
        Assert.Equal("it has 2 ports that may be meant; say which: 9000 (Serial port 1), 9001 (Serial port 2)", problem);
        foreach (var which in (string[])["9001", "2", "serial port 2"])
            Assert.Equal(9001, Assert.Single(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, Which = which, YieldOnPoll = false }]).Changes).Port!.Key);
        Assert.Contains("no network serial port '7'", PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, Which = "7", YieldOnPoll = false }]).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, "ok", false)]
    [InlineData(true, true, "recoverableError", true)]
    [InlineData(true, false, "untried", true)]
    [InlineData(false, false, "untried", false)]
    public void Lost_is_what_should_be_connected_and_is_not(bool isOn, bool connected, string status, bool isLost)
    {
        var machine = Machine(isOn, Port(9000, "a", Proxy, connected, status));
        var plan = PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Connect, OnlyLost = true }]);
        Assert.Equal(isLost, plan.Changes.Count == 1);
        Assert.Null(plan.Problem);
    }

    [Fact]
    public void A_reconnect_is_done_every_time_and_a_connect_once()
    {
        var machine = Machine(isOn: true, Port(9000, "a", Proxy, connected: true));
        Assert.Single(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Reconnect }]).Changes);
        Assert.Empty(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Connect }]).Changes);
        Assert.False(Assert.Single(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Disconnect }]).Changes).Connected);
    }

    [Fact]
    public void To_ensure_brings_back_what_is_lost_and_takes_no_console_away()
    {
        var ensure = new PortWish { Action = PortAction.Ensure };
        var lost = Machine(isOn: true, Port(9000, "a", Proxy, connected: true, status: "recoverableError"));
        var change = Assert.Single(PortPlanner.Plan(lost, [ensure]).Changes);
        Assert.True(change.Connected);
        Assert.Equal(new PortDifference("connection", "recoverableError", "opened anew"), Assert.Single(change.Differences));
        Assert.Empty(PortPlanner.Plan(Machine(isOn: false, Port(9000, "a", Proxy, connected: true, status: "recoverableError")), [ensure]).Changes);

        var byHand = Port(9000, "a", Proxy, connected: true);
        byHand.Device.Connectable!.StartConnected = false;
        Assert.Empty(PortPlanner.Plan(Machine(isOn: true, byHand), [ensure]).Changes);
        Assert.True(Assert.Single(PortPlanner.Plan(Machine(isOn: true, byHand), [ensure with { Direction = "client" }]).Changes).Connected);
    }

    [Fact]
    public void A_port_that_is_not_there_is_removed_already()
    {
        Assert.Empty(PortPlanner.Plan(Machine(isOn: false), [new PortWish { Action = PortAction.Remove }]).Changes);
        var machine = Machine(isOn: false, Port(9000, "a", Proxy), Port(9001, "b", Proxy));
        Assert.Equal([9000, 9001], PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Remove, All = true }]).Changes.Select(change => change.Port!.Key));
    }

    [Fact]
    public void Taking_the_proxy_away_is_a_change_too()
    {
        var machine = Machine(isOn: false, Port(9000, "tcp://a:1", Proxy));
        Assert.Null(Assert.Single(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, ProxyUri = "" }]).Changes).ProxyUri);
    }

    [Fact]
    public void A_33rd_port_is_refused_here()
    {
        var machine = Machine(isOn: false, [.. Enumerable.Range(0, 32).Select(n => Port(9000 + n, $"s?port=p{n}", Proxy))]);
        Assert.Contains("32 at most", PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Add, Label = "more", ProxyUri = Proxy }]).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_another_port_of_the_machine_has_is_refused()
    {
        var machine = Machine(isOn: false, Port(9000, "vSPC.py?port=a", Proxy), Port(9001, "vSPC.py?port=b", Proxy));
        Assert.Equal(
            "the label 'a' is that of 9000 (Serial port 1) already; ports of one machine are told apart by it",
            PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Add, Label = "a", ProxyUri = Proxy }]).Problem);
        Assert.Contains("of 9001 (Serial port 2) already", PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, Which = "9000", Label = "b" }]).Problem, StringComparison.Ordinal);
        Assert.Contains("of 9001 (Serial port 2) already", PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, Which = "1", ServiceUri = "x?port=b" }]).Problem, StringComparison.Ordinal);
        Assert.Contains("that is to be added already", PortPlanner.Plan(machine, [.. Enumerable.Repeat(new PortWish { Action = PortAction.Add, Label = "c", ProxyUri = Proxy }, 2)]).Problem, StringComparison.Ordinal);
        Assert.NotNull(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, All = true, Label = "c" }]).Problem);

        // The same port may have it, and one that takes another in the same step, or goes, gives it away.
        Assert.Null(PortPlanner.Plan(machine, [new PortWish { Label = "a", Direction = "client" }]).Problem);
        Assert.Null(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, Which = "9000", Label = "c" }, new PortWish { Action = PortAction.Set, Which = "9001", Label = "a" }]).Problem);
        Assert.Null(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Remove, Which = "9000" }, new PortWish { Action = PortAction.Add, Label = "a", ProxyUri = Proxy }]).Problem);
    }

    [Fact]
    public void Two_ports_that_had_one_label_before_are_no_reason_to_leave_the_machine_alone()
    {
        var machine = Machine(isOn: false, Port(9000, "x?port=a", Proxy), Port(9001, "x?port=a", Proxy));
        Assert.Single(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, Which = "9000", YieldOnPoll = false }]).Changes);
        Assert.Single(PortPlanner.Plan(machine, [new PortWish { Action = PortAction.Set, Which = "9000", Label = "b" }]).Changes);
    }

    [Fact]
    public void A_machine_that_cannot_be_read_is_a_problem_and_not_empty() =>
        Assert.Contains("inaccessible", PortPlanner.Plan(Machine(isOn: false) with { IsReadable = false, ConnectionState = "inaccessible" }, [new PortWish()]).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("vSPC.py", "a", "vSPC.py?port=a")]
    [InlineData("vSPC.py?port=b&x=1", "a", "vSPC.py?x=1&port=a")]
    [InlineData("telnets://h:1?port=b#thumbprint=AA", "a", "telnets://h:1?port=a#thumbprint=AA")]
    [InlineData("vSPC.py?port=b", null, "vSPC.py")]
    public void A_label_is_put_where_concentrators_read_it(string service, string? label, string expected)
    {
        Assert.Equal(expected, ServiceText.WithLabel(service, label));
        Assert.Equal(label, ServiceText.LabelOf(expected));
    }

    private static InventoryMachine Machine(bool isOn, params IReadOnlyList<NetworkSerialPort> ports) => new()
    {
        Reference = new ManagedObjectReference("VirtualMachine", "vm-1"),
        Name = "m",
        Path = "/DC0/vm/m",
        PowerState = isOn ? "poweredOn" : "poweredOff",
        IsReadable = true,
        Ports = ports,
    };

    private static NetworkSerialPort Port(int key, string service, string? proxy, bool connected = false, string status = "ok") => NetworkSerialPort.Of(new VirtualSerialPort
    {
        Key = key,
        DeviceInfo = new Description { Label = $"Serial port {key - 8999}", Summary = "" },
        Backing = new VirtualSerialPortURIBackingInfo { ServiceUri = service, Direction = "server", ProxyUri = proxy },
        Connectable = new VirtualDeviceConnectInfo { StartConnected = true, AllowGuestControl = true, Connected = connected, Status = status },
        YieldOnPoll = true,
    })!;
}
