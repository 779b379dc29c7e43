using System.Net;
using System.Net.Sockets;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A host: what runs machines.</summary>
public sealed class HostEntity : ManagedEntity
{
    /// <summary>Memory that each host says it has: 256 GiB.</summary>
    internal const long MemoryBytes = 256L << 30;

    private readonly Members<MachineEntity> _machines = new();
    private readonly string _uuid = Guid.NewGuid().ToString();
    private readonly DateTimeOffset _booted;
    private bool _isConnected = true;

    internal HostEntity(HostInventory inventory, string name, ComputeEntity parent, IPAddress? address = null)
        : base(inventory, inventory.NewReference("HostSystem", "host-", "ha-host"), name, parent)
    {
        Address = address;
        _booted = inventory.Time.GetUtcNow();
        Firewall = new FirewallSystemObject(inventory, this);
        inventory.Objects.Add(Firewall);
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType HostType { get; } = new ManagedType<HostEntity>("HostSystem", EntityType)
        .Property("vm", static o => o._machines.References)
        .Property("summary", static o => VimValue.Of(o.Summary()))
        .Property("runtime", static o => VimValue.Of(o.Runtime()))
        .Property("datastore", static o => VimValue.Of([o.Inventory.Datastore.Reference]))
        .Property("network", static o => VimValue.Of([o.Inventory.Network.Reference]))
        .Property("datastoreBrowser", static o => VimValue.Of(o.Inventory.Datastore.Browser.Reference))
        .Property("configManager", static o => VimValue.Of(new HostConfigManager { FirewallSystem = o.Firewall.Reference }))
        .Property("config", static o => VimValue.Of(o.Config()))
        .Unset("answerFileValidationResult", "capability", "hardware", "licensableResource", "remediationState", "systemResources")
        .Method("DisconnectHost_Task", Privileges.HostConfig, static (o, call) => o.Inventory.Tasks.Start(
            call, "DisconnectHost_Task", "HostSystem.disconnect", o, _ => o.SetConnected(false)))
        .Method("ReconnectHost_Task", Privileges.HostConfig, static (o, call) => o.Inventory.Tasks.Start(
            call, "ReconnectHost_Task", "HostSystem.reconnect", o, _ => o.SetConnected(true)));

    /// <inheritdoc/>
    public override ManagedType Type => HostType;

    /// <summary>The address of its network adapter; null for none of its own.</summary>
    public IPAddress? Address { get; }

    /// <summary>Its firewall.</summary>
    public FirewallSystemObject Firewall { get; }

    /// <summary>The cluster it is in, or its own.</summary>
    public ComputeEntity Compute => (ComputeEntity)Parent!;

    /// <summary>Whether vCenter reaches it.</summary>
    public bool IsConnected => Volatile.Read(ref _isConnected);

    /// <summary>The machines on it.</summary>
    public IReadOnlyList<MachineEntity> Machines => _machines.Now;

    /// <summary>Refuses what vCenter cannot do without reaching it.</summary>
    /// <exception cref="VSphere.Soap.VimFaultException">It is not connected.</exception>
    internal void CheckConnected()
    {
        if (!IsConnected)
            throw new VSphere.Soap.VimFaultException(new HostNotConnected(), $"The host '{Name}' is not connected.");
    }

    internal void Take(MachineEntity machine)
    {
        _machines.Add(machine);
        Inventory.Objects.Tell(this, "vm");
    }

    internal void Release(MachineEntity machine)
    {
        _machines.Remove(machine);
        Inventory.Objects.Tell(this, "vm");
    }

    private VimValue? SetConnected(bool isConnected)
    {
        if (!Inventory.IsVCenter)
            throw Fault.NotSupported("A host by itself is connected to no vCenter.");
        Volatile.Write(ref _isConnected, isConnected);
        Inventory.Objects.Tell(this, "runtime");
        Inventory.Objects.Tell(this, "summary");
        foreach (var machine in _machines.Now)
        {
            Inventory.Objects.Tell(machine, "runtime");
            Inventory.Objects.Tell(machine, "summary");
        }

        return null;
    }

    private HostConfigInfo Config() => new()
    {
        Host = Reference,
        Product = Inventory.HostAbout,
        Network = Address is null ? null : new HostNetworkInfo { Vnic = [Adapter(Address)] },
        Firewall = Firewall.Info,
    };

    private static HostVirtualNic Adapter(IPAddress address) => new()
    {
        Device = "vmk0",
        Key = "key-vim.host.VirtualNic-vmk0",
        Portgroup = "Management Network",
        Spec = new HostVirtualNicSpec
        {
            Ip = address.AddressFamily == AddressFamily.InterNetwork
                ? new HostIpConfig { IpAddress = address.ToString(), SubnetMask = "255.255.255.0" }
                : new HostIpConfig
                {
                    IpV6Config = new HostIpConfigIpV6AddressConfiguration
                    {
                        IpV6Address = [new HostIpConfigIpV6Address { IpAddress = address.ToString(), PrefixLength = 64 }],
                    },
                },
        },
    };

    private HostRuntimeInfo Runtime() => new()
    {
        ConnectionState = IsConnected ? "connected" : "disconnected",
        PowerState = IsConnected ? "poweredOn" : "unknown",
        BootTime = _booted,
    };

    private HostListSummary Summary() => new()
    {
        Host = Reference,
        Hardware = new HostHardwareSummary
        {
            Vendor = "Portside",
            Model = "Host in small",
            Uuid = _uuid,
            MemorySize = MemoryBytes,
            CpuModel = "Portside",
            CpuMhz = 2400,
            NumCpuPkgs = 2,
            NumCpuCores = 16,
            NumCpuThreads = 16,
            NumNics = 1,
            NumHbas = 1,
        },
        Runtime = Runtime(),
        Config = new HostConfigSummary
        {
            Name = Name,
            Port = 443,
            Product = Inventory.HostAbout,
            VmotionEnabled = Inventory.IsVCenter,
        },
        QuickStats = new HostListSummaryQuickStats(),
        OverallStatus = IsConnected ? "green" : "red",
    };
}
