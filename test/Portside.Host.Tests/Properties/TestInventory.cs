using Microsoft.Extensions.Time.Testing;
using Portside.Host.Inventory;
using Portside.Host.Properties;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Tests.Properties;

/// <summary>A small vCenter of fakes: DC0 with a folder of machines, and a cluster with two hosts and a pool.</summary>
internal sealed class TestInventory
{
    private int _machines;

    public TestInventory(int machines = 0)
    {
        Content = new ServiceContent
        {
            RootFolder = new("Folder", "group-d1"),
            PropertyCollector = TestClient.Collector,
        };
        Objects.Add(new PropertyCollector(TestClient.Collector, Objects, Time));
        Objects.Add(new ViewManager(TestClient.Views, Objects));
        Root = New(FakeObject.Folder, "group-d1").Named("Datacenters");
        Datacenter = New(FakeObject.Datacenter, "datacenter-2").Named("DC0");
        VmFolder = New(FakeObject.Folder, "group-v3").Named("vm");
        HostFolder = New(FakeObject.Folder, "group-h4").Named("host");
        Cluster = New(FakeObject.Cluster, "domain-c7").Named("C0");
        Pool = New(FakeObject.Pool, "resgroup-8").Named("Resources");
        Hosts = [New(FakeObject.Host, "host-21").Named("host1"), New(FakeObject.Host, "host-22").Named("host2")];
        Datacenter.Point("parent", Root);
        VmFolder.Point("parent", Datacenter);
        HostFolder.Point("parent", Datacenter);
        Cluster.Point("parent", HostFolder);
        Pool.Point("parent", Cluster);
        foreach (var host in Hosts)
        {
            host.Point("parent", Cluster);
            host.Refer("vm");
        }

        Root.Refer("childEntity", Datacenter);
        Datacenter.Point("vmFolder", VmFolder);
        Datacenter.Point("hostFolder", HostFolder);
        HostFolder.Refer("childEntity", Cluster);
        Cluster.Refer("host", [.. Hosts]);
        Cluster.Point("resourcePool", Pool);
        Pool.Refer("vm");
        VmFolder.Refer("childEntity");
        List<FakeObject> made = [];
        for (var i = 0; i < machines; i++)
            made.Add(NewMachine());
        Children = made;
        VmFolder.Refer("childEntity", [.. made]);
        Hosts[0].Refer("vm", [.. made]);
        Pool.Refer("vm", [.. made]);
    }

    public ManagedObjects Objects { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public ServiceContent Content { get; }

    public FakeObject Root { get; }

    public FakeObject Datacenter { get; }

    public FakeObject VmFolder { get; }

    public FakeObject HostFolder { get; }

    public FakeObject Cluster { get; }

    public FakeObject Pool { get; }

    public FakeObject[] Hosts { get; }

    public List<FakeObject> Children { get; }

    public FakeObject New(ManagedType type, string id)
    {
        var made = new FakeObject(Objects, type, id);
        Objects.Add(made);
        return made;
    }

    public FakeObject NewMachine()
    {
        var number = ++_machines;
        var machine = New(FakeObject.Machine, $"vm-{100 + number}").Named($"m{number}");
        machine.Point("parent", VmFolder);
        machine["config"] = VimValue.Of(FakeObject.Config($"m{number}", $"console-{number}"));
        machine["runtime"] = VimValue.Of(new VirtualMachineRuntimeInfo { ConnectionState = "connected", PowerState = "poweredOff" });
        return machine;
    }

    /// <summary>Makes a machine, as the API does: the object first, then the lists that it is in.</summary>
    public FakeObject Create()
    {
        var machine = NewMachine();
        Children.Add(machine);
        VmFolder.Refer("childEntity", [.. Children]);
        return machine;
    }

    /// <summary>Takes a machine out, as the API does: the lists first, then the object.</summary>
    public void Destroy(FakeObject machine)
    {
        Children.Remove(machine);
        VmFolder.Refer("childEntity", [.. Children]);
        Objects.Remove(machine);
    }

    public TestClient Login(string name = "root") => new(
        Objects,
        new Session(new HostUser(name, ""), new CallerAddress("127.0.0.1", "test"), Guid.NewGuid().ToString(), "", Time.GetUtcNow()));
}
