using System.Net;
using Portside.Host.Machines;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A virtual machine as vSphere's clients see it.</summary>
public sealed partial class MachineEntity : ManagedEntity
{
    private static readonly VimKind<string> PowerStates = VimKinds.Enumeration("VirtualMachinePowerState");

    private MachineConfig _config;
    private HostEntity _host;
    private HostEntity? _movingTo;
    private PoolEntity? _pool;
    private readonly Lock _powerLock = new();
    private readonly Lock _configLock = new();
    private DateTimeOffset? _booted;
    private bool _isSuspended;

    internal MachineEntity(
        HostInventory inventory,
        ManagedObjectReference reference,
        string name,
        FolderEntity folder,
        HostEntity host,
        PoolEntity pool,
        MachineConfig config)
        : base(inventory, reference, name, folder)
    {
        _host = host;
        _pool = pool;
        _config = config;
        Machine = inventory.NewMachine(this);
        Use(config);
        Machine.PowerChanged += (_, _) => OnPowerChanged();
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType MachineType { get; } = new ManagedType<MachineEntity>("VirtualMachine", EntityType)
        .Property("config", static o => VimValue.Of(o.ConfigInfo()))
        .Property("runtime", static o => VimValue.Of(o.Runtime()))
        .Property("summary", static o => VimValue.Of(o.Summary()))
        .Property("guest", static o => VimValue.Of(o.Guest()))
        .Property("resourcePool", static o => o.Pool is { } pool ? VimValue.Of(pool.Reference) : null)
        .Property("datastore", static o => VimValue.Of([o.Inventory.Datastore.Reference]))
        .Property("network", static _ => VimValue.Of(Array.Empty<ManagedObjectReference>()))
        .Property("environmentBrowser", static o => VimValue.Of(o.Host.Compute.Browser.Reference))
        .Property("layout", static o => VimValue.Of(new VirtualMachineFileLayout { ConfigFile = [o.Config.VmPathName] }))
        .Property("guestHeartbeatStatus", static _ => new VimValue(VimKinds.Enumeration("ManagedEntityStatus"), false, "gray"))
        .Unset(
            "capability", "layoutEx", "parentVApp", "resourceConfig", "rootSnapshot", "snapshot", "storage")
        .Method("ReconfigVM_Task", Privileges.View, static (o, call) => o.StartReconfigure(call))
        .Method("PowerOnVM_Task", Privileges.PowerOn, static (o, call) => o.StartPowerOn(call))
        .Method("PowerOffVM_Task", Privileges.PowerOff, static (o, call) => o.StartPowerOff(call))
        .Method("ResetVM_Task", Privileges.Reset, static (o, call) => o.StartReset(call))
        .Method("SuspendVM_Task", Privileges.Suspend, static (o, call) => o.StartSuspend(call))
        .Method("RelocateVM_Task", Privileges.ColdMigrate, static (o, call) => o.StartRelocate(call))
        .Method("MigrateVM_Task", Privileges.ColdMigrate, static (o, call) => o.StartMigrate(call))
        .Method("CloneVM_Task", Privileges.CreateFromExisting, static (o, call) => o.StartClone(call))
        .Method("Rename_Task", Privileges.Rename, static (o, call) => o.StartRename(call))
        .Method("Destroy_Task", Privileges.Delete, static (o, call) => o.StartDestroy(call))
        .Method("UnregisterVM", Privileges.Unregister, static (o, call) => o.UnregisterAsync(call));

    /// <inheritdoc/>
    public override ManagedType Type => MachineType;

    /// <summary>The machine itself.</summary>
    public VirtualMachine Machine { get; }

    /// <summary>How it is configured, but for its serial ports.</summary>
    public MachineConfig Config => Volatile.Read(ref _config);

    /// <summary>Where it runs, or would.</summary>
    public HostEntity Host => Volatile.Read(ref _host);

    /// <summary>The address that its ports dial from: its host's, and that of its next host while it moves; null for none of their own.</summary>
    internal IPAddress? DialsFrom => DiallingHost.Address;

    /// <summary>Why its ports cannot dial; null when they can.</summary>
    /// <param name="isProxied">Whether a concentrator; else a remote system.</param>
    internal string? DialBlock(bool isProxied) => DiallingHost.Firewall.Block(isProxied);

    private HostEntity DiallingHost => Volatile.Read(ref _movingTo) ?? Host;

    /// <summary>The resource pool it runs from; null for a template.</summary>
    public PoolEntity? Pool => Config.IsTemplate ? null : Volatile.Read(ref _pool);

    /// <summary><c>poweredOn</c>, <c>poweredOff</c> or <c>suspended</c>.</summary>
    public string PowerState => Machine.IsPoweredOn ? "poweredOn" : Volatile.Read(ref _isSuspended) ? "suspended" : "poweredOff";

    /// <summary>Takes a configuration over into the machine.</summary>
    internal void Use(MachineConfig config)
    {
        Volatile.Write(ref _config, config);
        Machine.VcUuid = config.InstanceUuid;
        Machine.BiosUuid = config.Uuid;
        Machine.LocationUuid = config.LocationId;
        if (config.ExtraConfig.Count > 0 || Machine.ExtraConfig.Count > 0)
            Machine.ExtraConfig = config.ExtraConfig.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Changes the configuration as it is now, and counts the change.</summary>
    private void Change(Func<MachineConfig, MachineConfig> change)
    {
        lock (_configLock)
            Use(change(Config) with { Change = Config.Change + 1, Modified = Inventory.Time.GetUtcNow() });
    }

    /// <summary>Watches ports, so that clients hear of their state; ports that are watched already stay so.</summary>
    internal void Watch()
    {
        foreach (var device in Machine.Devices)
        {
            device.Changed -= OnDeviceChanged;
            device.Changed += OnDeviceChanged;
        }
    }

    /// <summary>It moved to another host.</summary>
    internal void Settle(HostEntity host, PoolEntity? pool)
    {
        var (oldHost, oldPool) = (Host, Volatile.Read(ref _pool));
        if (oldHost != host)
        {
            Volatile.Write(ref _host, host);
            oldHost.Release(this);
            host.Take(this);
            Inventory.Objects.Tell(this, "runtime");
            Inventory.Objects.Tell(this, "summary");
            Inventory.Objects.Tell(this, "environmentBrowser");
        }

        pool ??= host.Compute == oldHost.Compute ? oldPool : host.Compute.Pool;
        if (oldPool != pool)
        {
            Volatile.Write(ref _pool, pool);
            oldPool?.Release(this);
            pool?.Take(this);
            Inventory.Objects.Tell(this, "resourcePool");
        }

        Inventory.Changed(this);
    }

    private void OnDeviceChanged(object? sender, EventArgs e) => Inventory.Objects.Tell(this, "config");

    private void OnPowerChanged()
    {
        // Word of on and of off may come at the same time: the last one to look is right.
        lock (_powerLock)
            _booted = Machine.IsPoweredOn ? Inventory.Time.GetUtcNow() : null;
        Inventory.Objects.Tell(this, "runtime");
        Inventory.Objects.Tell(this, "summary");
        Inventory.Objects.Tell(this, "guest");
        Inventory.Objects.Tell(this, "config");
    }

    private DateTimeOffset? Booted()
    {
        lock (_powerLock)
            return _booted;
    }

    private VirtualMachineConfigInfo ConfigInfo()
    {
        var config = Config;
        return new VirtualMachineConfigInfo
        {
            ChangeVersion = config.ChangeVersion,
            Modified = config.Modified,
            Name = Name,
            GuestFullName = GuestFullName(config),
            Version = config.Version,
            Uuid = config.Uuid.ToString(),
            InstanceUuid = config.InstanceUuid.ToString(),
            LocationId = config.LocationId?.ToString(),
            Template = config.IsTemplate,
            GuestId = config.GuestId,
            AlternateGuestName = config.AlternateGuestName,
            Annotation = config.Annotation,
            Files = new VirtualMachineFileInfo
            {
                VmPathName = config.VmPathName,
                SnapshotDirectory = Directory(config.VmPathName),
                SuspendDirectory = Directory(config.VmPathName),
                LogDirectory = Directory(config.VmPathName),
            },
            Flags = new VirtualMachineFlagInfo(),
            DefaultPowerOps = new VirtualMachineDefaultPowerOpInfo
            {
                PowerOffType = "soft",
                SuspendType = "hard",
                ResetType = "soft",
            },
            Hardware = new VirtualHardware
            {
                NumCpu = config.NumCpus,
                NumCoresPerSocket = config.CoresPerSocket,
                MemoryMB = config.MemoryMB,
                Device = DefaultDevices.With(Machine.Devices, config.Devices.Values),
            },
            ExtraConfig = [.. config.ExtraConfig.Select(pair => new OptionValue { Key = pair.Key, Value = VimValue.Of(pair.Value) })],
            Firmware = config.Firmware,
        };
    }

    private VirtualMachineRuntimeInfo Runtime() => new()
    {
        Host = Host.Reference,
        ConnectionState = Host.IsConnected ? "connected" : "disconnected",
        PowerState = PowerState,
        BootTime = Booted(),
        MaxCpuUsage = Config.NumCpus * 2400,
        MaxMemoryUsage = Config.MemoryMB,
        CleanPowerOff = Machine.IsPoweredOn ? null : true,
    };

    private VirtualMachineSummary Summary()
    {
        var config = Config;
        return new VirtualMachineSummary
        {
            Vm = Reference,
            Runtime = Runtime(),
            Guest = new VirtualMachineGuestSummary
            {
                GuestId = config.GuestId,
                GuestFullName = GuestFullName(config),
                ToolsStatus = "toolsNotInstalled",
                ToolsRunningStatus = "guestToolsNotRunning",
            },
            Config = new VirtualMachineConfigSummary
            {
                Name = Name,
                Template = config.IsTemplate,
                VmPathName = config.VmPathName,
                MemorySizeMB = config.MemoryMB,
                NumCpu = config.NumCpus,
                NumEthernetCards = config.Devices.Keys.Count(key => key is >= 4000 and < 5000),
                NumVirtualDisks = config.Devices.Keys.Count(key => key is >= 2000 and < 3000),
                Uuid = config.Uuid.ToString(),
                InstanceUuid = config.InstanceUuid.ToString(),
                GuestId = config.GuestId,
                GuestFullName = GuestFullName(config),
                Annotation = config.Annotation,
            },
            QuickStats = new VirtualMachineQuickStats { GuestHeartbeatStatus = "gray" },
            OverallStatus = "green",
        };
    }

    private GuestInfo Guest() => new()
    {
        ToolsStatus = "toolsNotInstalled",
        ToolsRunningStatus = "guestToolsNotRunning",
        GuestState = Machine.IsPoweredOn ? "running" : "notRunning",
    };

    private static string GuestFullName(MachineConfig config) =>
        config.AlternateGuestName.Length > 0 ? config.AlternateGuestName : config.GuestId;

    private static string Directory(string file) => file[..(file.LastIndexOf('/') + 1)];
}
