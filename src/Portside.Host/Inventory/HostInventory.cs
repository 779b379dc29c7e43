using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Faults;
using Portside.Host.Guests;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Host.Tagging;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Inventory;

/// <summary>Everything that a vCenter, or a host by itself, has: the tree of entities and the objects that serve it.</summary>
public sealed class HostInventory : IAsyncDisposable
{
    private const string GuestKey = "portside.guest";

    private readonly HostInventoryOptions _options;
    private readonly GuestFactory _guests;
    private readonly MachineHost _machineHost;
    private readonly Members<MachineEntity> _machines = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _instanceUuid = Guid.NewGuid().ToString();
    private int _nextId = 1;
    private int _migrations;
    private int _picked;

    /// <summary>An inventory without machines.</summary>
    /// <param name="options">What it starts with.</param>
    public HostInventory(HostInventoryOptions? options = null)
    {
        _options = options ?? new HostInventoryOptions();
        var loggers = _options.Loggers ?? NullLoggerFactory.Instance;
        Time = _options.Time;
        IsVCenter = _options.IsVCenter;
        Tasks = Add(new TaskManagerObject(this, loggers.CreateLogger<TaskManagerObject>()));
        Events = Add(new EventManagerObject(this));
        Search = Add(new SearchIndexObject(this));
        LicenseAssignments = Add(new LicenseAssignmentsObject(this));
        Licenses = Add(new LicenseManagerObject(this));
        RootFolder = Add(new FolderEntity(
            this,
            new("Folder", IsVCenter ? "group-d1" : "ha-folder-root"),
            IsVCenter ? "Datacenters" : "ha-folder-root",
            null,
            ["Folder", "Datacenter"]));
        Datacenter = Add(new DatacenterEntity(this, _options.Datacenter ?? (IsVCenter ? "DC0" : "ha-datacenter"), RootFolder));
        RootFolder.Take(Datacenter);
        Datastore = Add(new DatastoreEntity(this, _options.Datastore, Datacenter.DatastoreFolder, _options.DatastoreDirectory));
        Datacenter.DatastoreFolder.Take(Datastore);
        Network = Add(new NetworkEntity(this, "VM Network", Datacenter.NetworkFolder));
        Datacenter.NetworkFolder.Take(Network);
        _machineHost = _options.MachineHost with { ResolveFile = _options.MachineHost.ResolveFile ?? Datastore.Resolve };
        _guests = new GuestFactory(new GuestFactoryOptions { AllowPrograms = _options.AllowPrograms, ResolveFile = Datastore.Resolve });
        _guests.Create(_options.DefaultGuest, "");

        var hosts = _options.Hosts ?? (IsVCenter ? ["host1.portside.test", "host2.portside.test"] : ["localhost.localdomain"]);
        Compute = Add(new ComputeEntity(this, IsVCenter ? _options.Cluster : hosts[0], Datacenter.HostFolder, IsVCenter));
        Datacenter.HostFolder.Take(Compute);
        foreach (var host in hosts.Take(IsVCenter ? int.MaxValue : 1))
            Compute.NewHost(host, _options.Addresses.GetValueOrDefault(host));
    }

    /// <summary>Raised after a machine or a folder of machines came, went, or is configured or placed otherwise: what is kept across restarts, which power is not.</summary>
    internal event Action<ManagedEntity>? EntityChanged;

    /// <summary>Raised after a running machine moved, or could not: how it went, and how long its parts took.</summary>
    public event Action<MachineEntity, VmotionResult>? Moved;

    /// <summary>All objects that do not belong to one session.</summary>
    public ManagedObjects Objects { get; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether it is a vCenter; else a host by itself.</summary>
    public bool IsVCenter { get; }

    /// <summary>The top of the tree.</summary>
    public FolderEntity RootFolder { get; }

    /// <summary>The datacenter.</summary>
    public DatacenterEntity Datacenter { get; }

    /// <summary>The cluster, or the host's own compute resource.</summary>
    public ComputeEntity Compute { get; }

    /// <summary>The datastore.</summary>
    public DatastoreEntity Datastore { get; }

    /// <summary>The network.</summary>
    public NetworkEntity Network { get; }

    /// <summary>Tasks.</summary>
    public TaskManagerObject Tasks { get; }

    /// <summary>Events.</summary>
    public EventManagerObject Events { get; }

    /// <summary>Finds entities.</summary>
    public SearchIndexObject Search { get; }

    /// <summary>Licences.</summary>
    public LicenseManagerObject Licenses { get; }

    /// <summary>Which host has which.</summary>
    public LicenseAssignmentsObject LicenseAssignments { get; }

    /// <summary>Tags and their categories.</summary>
    public TagCatalog Tags { get; } = new();

    /// <summary>All hosts.</summary>
    public IReadOnlyList<HostEntity> Hosts => Compute.Hosts;

    /// <summary>All machines, in the order they were made.</summary>
    public IReadOnlyList<MachineEntity> Machines => _machines.Now;

    /// <summary>Machines moved so far.</summary>
    public int MigrationCount => Volatile.Read(ref _migrations);

    /// <summary>Whether hosts offer network sockets behind serial ports.</summary>
    public bool OffersNetworkSerialPorts => _options.OffersNetworkSerialPorts;

    /// <summary>Whether the licence allows concentrators.</summary>
    public bool IsConcentratorLicensed => _options.IsConcentratorLicensed;

    /// <summary>What the server is.</summary>
    public AboutInfo About => IsVCenter
        ? NewAbout("VMware vCenter Server", "vpx", "VirtualCenter", "linux-x64")
        : HostAbout;

    /// <summary>What each host is.</summary>
    public AboutInfo HostAbout => NewAbout("VMware ESXi", "embeddedEsx", "HostAgent", "vmnix-x86");

    /// <summary>Ends when the inventory is closed.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Called before each task's work, for whoever wants to hold it up or make it fail; null, the default, for nobody.</summary>
    internal Func<TaskObject, CancellationToken, Task>? TaskGate { get; set; }

    /// <summary>How a machine moves; null, the default, for undisturbed.</summary>
    internal Func<MachineEntity, VmotionOptions?>? VmotionGate { get; set; }

    /// <summary>The well-known objects; those of sessions are named and added by the server.</summary>
    /// <returns>As clients of any version can read it.</returns>
    public ServiceContent ServiceContent() => new()
    {
        RootFolder = RootFolder.Reference,
        PropertyCollector = new("PropertyCollector", IsVCenter ? "propertyCollector" : "ha-property-collector"),
        ViewManager = new("ViewManager", "ViewManager"),
        About = About,
        SessionManager = new("SessionManager", IsVCenter ? "SessionManager" : "ha-sessionmgr"),
        EventManager = Events.Reference,
        TaskManager = Tasks.Reference,
        LicenseManager = Licenses.Reference,
        SearchIndex = Search.Reference,
    };

    /// <summary>Switches every machine off and ends every task.</summary>
    /// <returns>Completes when that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(Machines.Select(machine => machine.Machine.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    /// <summary>An id of vSphere's usual shape, such as <c>vm-101</c>; a host by itself has fixed ones for what it has once.</summary>
    internal ManagedObjectReference NewReference(string type, string prefix, string? alone = null) => new(
        type,
        alone is not null && !IsVCenter ? alone : prefix + Interlocked.Increment(ref _nextId).ToString(CultureInfo.InvariantCulture));

    /// <summary>A reference from an earlier run; new ones do not get its number.</summary>
    internal ManagedObjectReference KeepReference(string type, string id)
    {
        if (int.TryParse(id.AsSpan(id.LastIndexOfAnyExceptInRange('0', '9') + 1), CultureInfo.InvariantCulture, out var number) && number > _nextId)
            _nextId = number;
        return new(type, id);
    }

    internal HostEntity FindHost(ManagedObjectReference reference) =>
        Objects.Find(reference) as HostEntity ?? throw Fault.NotFound(reference);

    internal PoolEntity FindPool(ManagedObjectReference reference) =>
        Objects.Find(reference) as PoolEntity ?? throw Fault.NotFound(reference);

    internal FolderEntity FindFolder(ManagedObjectReference reference) =>
        Objects.Find(reference) as FolderEntity ?? throw Fault.NotFound(reference);

    /// <summary>Where a machine is to be: a pool may name the host, and the other way round.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="host">Its host if the spec wants no other.</param>
    /// <returns>The host, and the pool if one was named.</returns>
    internal (HostEntity Host, PoolEntity? Pool) Place(VirtualMachineRelocateSpec spec, HostEntity host)
    {
        if (spec.Datastore is { } datastore && datastore != Datastore.Reference)
            throw Fault.NotFound(datastore);
        var pool = spec.Pool is { } reference ? FindPool(reference) : null;
        return (spec.Host is { } wanted ? FindHost(wanted) : pool is null || pool.Owner == host.Compute ? host : PickHost(pool.Owner), pool);
    }

    /// <summary>Refuses a pool that is not one of the host's.</summary>
    internal static void CheckPool(PoolEntity? pool, HostEntity host, string argument)
    {
        if (pool is not null && pool.Owner != host.Compute)
            throw Fault.InvalidArgument(argument, $"The pool '{pool.Name}' is not of the host '{host.Name}'.");
    }

    /// <summary>A host for a machine that asks for none: the next in turn among those connected.</summary>
    internal HostEntity PickHost(ComputeEntity? compute)
    {
        var hosts = (compute ?? Compute).Hosts;
        var turn = Interlocked.Increment(ref _picked) & int.MaxValue;
        return Enumerable.Range(0, hosts.Count).Select(offset => hosts[(turn + offset) % hosts.Count]).FirstOrDefault(host => host.IsConnected)
            ?? throw new VimFaultException(new HostNotConnected(), "No host is connected.");
    }

    internal VirtualMachine NewMachine(MachineEntity entity) => new(
        new VirtualMachineOptions
        {
            Name = entity.Name,
            Ports = [],
            Host = _machineHost,
            ConnectWait = _options.ConnectWait,
            Source = () => entity.DialsFrom,
            Block = entity.DialBlock,
        },
        GuestsOf(entity.Name, null),
        Time,
        _options.Loggers);

    /// <summary>Gives a machine that is off the guests that its options name.</summary>
    internal void UseGuests(MachineEntity machine) => machine.Machine.UseGuests(GuestsOf(machine.Name, machine.Config));

    /// <summary>Refuses options that name guests there are not, or that may not be.</summary>
    /// <exception cref="VimFaultException">They do.</exception>
    internal void CheckGuests(string machine, MachineConfig config)
    {
        try
        {
            foreach (var (key, spec) in config.ExtraConfig)
            {
                if (key.StartsWith(GuestKey, StringComparison.OrdinalIgnoreCase))
                    _guests.Create(spec, machine);
            }
        }
        catch (FormatException e)
        {
            throw Fault.InvalidArgument("configSpec.extraConfig", e.Message);
        }
    }

    /// <summary>Refuses options that say something goes wrong, and not what.</summary>
    /// <exception cref="VimFaultException">They do.</exception>
    internal static void CheckFaults(IReadOnlyList<OptionValue> options)
    {
        foreach (var option in options)
        {
            if (FaultRule.ComplainOf(option.Key, MachineConfig.TextOf(option)) is { } complaint)
                throw Fault.InvalidArgument("configSpec.extraConfig", complaint);
        }
    }

    internal void Take(MachineEntity machine, FolderEntity folder)
    {
        folder.TakeNew(machine);
        machine.Host.Take(machine);
        machine.Pool?.Take(machine);
        _machines.Add(machine);
        Objects.Tell(Datastore, "vm");
        machine.Watch();
        Changed(machine);
    }

    internal void Release(MachineEntity machine)
    {
        (machine.Parent as FolderEntity)?.Release(machine);
        machine.Host.Release(machine);
        machine.Pool?.Release(machine);
        _machines.Remove(machine);
        Objects.Tell(Datastore, "vm");
        Objects.Remove(machine);
        Changed(machine);
    }

    internal void Changed(ManagedEntity entity) => EntityChanged?.Invoke(entity);

    internal void Tell(MachineEntity machine, VmotionResult moved) => Moved?.Invoke(machine, moved);

    internal void CountMigration() => Interlocked.Increment(ref _migrations);

    internal VmotionOptions? VmotionFor(MachineEntity machine) => VmotionGate?.Invoke(machine);

    internal Task BeforeTaskAsync(TaskObject task, CancellationToken cancellation) =>
        TaskGate?.Invoke(task, cancellation) ?? Task.CompletedTask;

    /// <summary>A machine's guest, or one for each of its ports: <c>portside.guest</c>, <c>portside.guest.serial1</c>.</summary>
    private Func<int, IGuest> GuestsOf(string machine, MachineConfig? config)
    {
        var common = config?.Extra(GuestKey) ?? _options.DefaultGuest;
        return index => _guests.Create(config?.Extra($"{GuestKey}.serial{index}") ?? common, machine)(index);
    }

    private T Add<T>(T added)
        where T : ManagedObject
    {
        Objects.Add(added);
        return added;
    }

    private AboutInfo NewAbout(string name, string line, string type, string system) => new()
    {
        Name = name,
        FullName = $"{name} 8.0.3 (Portside)",
        Vendor = "VMware, Inc.",
        Version = "8.0.3",
        Build = "0",
        LocaleVersion = "INTL",
        LocaleBuild = "000",
        OsType = system,
        ProductLineId = line,
        ApiType = type,
        ApiVersion = "8.0.3.0",
        InstanceUuid = IsVCenter ? _instanceUuid : null,
        LicenseProductName = name,
        LicenseProductVersion = "8.0",
    };
}
