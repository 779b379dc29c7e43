using Portside.Commands;
using Portside.SerialPorts;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.SerialPorts;

namespace Portside.Tests.SerialPorts;

/// <summary>How ports differ from a file.</summary>
public sealed class DriftTests
{
    [Fact]
    public void Two_machines_of_one_path_are_told_apart()
    {
        // Their folders are not to be seen by the account.
        InventoryMachine[] machines = [Machine("vm-1", "telnet://a:1"), Machine("vm-2", "telnet://b:1")];
        var planned = PortRun.Plan([.. machines.Select(machine => (machine, (IReadOnlyList<PortWish>)[new PortWish { ProxyUri = "telnet://a:1" }]))]);
        Assert.Equal([("vm-1", "unchanged"), ("vm-2", "would change")], planned.Select(one => (one.Moid, one.Outcome)));

        var rows = PortLsCommand.Drifted([.. machines.Select(machine => SerialPortDescription.Of(machine, machine.Ports[0]))], planned);
        Assert.Empty(rows[0].Drift!);
        Assert.Equal("proxyURI", Assert.Single(rows[1].Drift!).Field);
    }

    [Fact]
    public void Two_machines_of_one_path_that_both_differ_are_both_shown()
    {
        InventoryMachine[] machines = [Machine("vm-1", "telnet://a:1"), Machine("vm-2", "telnet://b:1")];
        var planned = PortRun.Plan([.. machines.Select(machine => (machine, (IReadOnlyList<PortWish>)[new PortWish { ProxyUri = "telnet://c:1" }]))]);
        var rows = PortLsCommand.Drifted([.. machines.Select(machine => SerialPortDescription.Of(machine, machine.Ports[0]))], planned);
        Assert.Equal(["telnet://a:1", "telnet://b:1"], rows.Select(row => Assert.Single(row.Drift!).Was));
    }

    private static InventoryMachine Machine(string moid, string proxy) => new()
    {
        Reference = new ManagedObjectReference("VirtualMachine", moid),
        Name = "web",
        Path = "/web",
        IsReadable = true,
        Ports =
        [
            NetworkSerialPort.Of(new VirtualSerialPort
            {
                Key = 9000,
                Backing = new VirtualSerialPortURIBackingInfo { ServiceUri = "vSPC.py", Direction = "server", ProxyUri = proxy },
                Connectable = new VirtualDeviceConnectInfo { StartConnected = true, AllowGuestControl = true },
                YieldOnPoll = true,
            })!,
        ],
    };
}
