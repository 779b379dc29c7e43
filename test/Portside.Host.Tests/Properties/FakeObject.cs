using System.Collections.Concurrent;
using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Tests.Properties;

/// <summary>An object whose properties a test sets.</summary>
internal sealed class FakeObject(ManagedObjects objects, ManagedType type, string id) : ManagedObject(new(type.Name, id))
{
    public static readonly ManagedType Entity = Made("ManagedEntity", null, "name", "parent");
    public static readonly ManagedType Folder = Made("Folder", Entity, "childEntity", "childType");
    public static readonly ManagedType Datacenter = Made("Datacenter", Entity, "vmFolder", "hostFolder", "datastoreFolder", "networkFolder");
    public static readonly ManagedType ComputeResource = Made("ComputeResource", Entity, "host", "resourcePool", "datastore", "network");
    public static readonly ManagedType Cluster = Made("ClusterComputeResource", ComputeResource, "actionHistory");
    public static readonly ManagedType Host = Made("HostSystem", Entity, "vm", "datastore", "network");
    public static readonly ManagedType Pool = Made("ResourcePool", Entity, "vm", "resourcePool", "owner");
    public static readonly ManagedType Machine = Made("VirtualMachine", Entity, "config", "runtime", "summary", "parentVApp", "layout");
    public static readonly ManagedType Task = Made("Task", null, "info");

    private readonly ConcurrentDictionary<string, VimValue?> _values = new(StringComparer.Ordinal);

    public override ManagedType Type => type;

    public int Reads { get; private set; }

    public VimValue? this[string property]
    {
        get
        {
            Reads++;
            return _values.GetValueOrDefault(property);
        }

        set
        {
            _values[property] = value;
            objects.Tell(this, property);
        }
    }

    public FakeObject Named(string name)
    {
        this["name"] = VimValue.Of(name);
        return this;
    }

    public void Refer(string property, params FakeObject[] to) => this[property] = VimValue.Of([.. to.Select(other => other.Reference)]);

    public void Point(string property, FakeObject to) => this[property] = VimValue.Of(to.Reference);

    private static ManagedType<FakeObject> Made(string name, ManagedType? parent, params string[] properties)
    {
        var type = new ManagedType<FakeObject>(name, parent);
        foreach (var property in properties)
            type.Property(property, fake => fake[property]);
        return type;
    }

    /// <summary>Hardware of a machine with one network serial port.</summary>
    public static VirtualMachineConfigInfo Config(string name, string uri = "console", bool connected = true) => new()
    {
        Name = name,
        Version = "vmx-13",
        Files = new VirtualMachineFileInfo(),
        Flags = new VirtualMachineFlagInfo(),
        DefaultPowerOps = new VirtualMachineDefaultPowerOpInfo(),
        Hardware = new VirtualHardware
        {
            NumCpu = 1,
            MemoryMB = 32,
            Device =
            [
                new VirtualSIOController { Key = 400, Device = [9000] },
                new VirtualSerialPort
                {
                    Key = 9000,
                    Backing = new VirtualSerialPortURIBackingInfo { ServiceUri = uri, Direction = "server", ProxyUri = "telnet://127.0.0.1:13370" },
                    Connectable = new VirtualDeviceConnectInfo { StartConnected = true, AllowGuestControl = true, Connected = connected, Status = "ok" },
                    YieldOnPoll = true,
                },
            ],
        },
        ExtraConfig = [new OptionValue { Key = "serial0.keepIdle", Value = VimValue.Of("30") }],
    };
}
