using Portside.VSphere.Client;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.SerialPorts;

/// <summary>All machines of a vCenter or ESXi with their network serial ports, read in one pass.</summary>
public sealed class Inventory
{
    private static readonly string[] MachinePaths =
    [
        "name", "parent", "parentVApp", "runtime.powerState", "runtime.connectionState", "runtime.host", "config.instanceUuid", "config.uuid",
        "config.version", "config.changeVersion", "config.template", "config.hardware.device",
    ];

    private static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new() { OfType = "VirtualMachine", PathSet = MachinePaths },
        new() { OfType = "HostSystem", PathSet = ["name", "parent", "runtime.connectionState"] },
        new() { OfType = "Folder", PathSet = ["name", "parent"] },
        new() { OfType = "Datacenter", PathSet = ["name", "parent"] },
        new() { OfType = "VirtualApp", PathSet = ["name", "parentFolder", "parent"] },
    ];

    private readonly IReadOnlySet<string> _datacenters;

    private Inventory(
        IReadOnlyList<InventoryMachine> machines, IReadOnlyList<InventoryHost> hosts, IReadOnlyList<string> folders, IReadOnlySet<string> datacenters)
    {
        _datacenters = datacenters;
        Machines = machines;
        Hosts = hosts;
        Folders = folders;
    }

    /// <summary>All machines, by path.</summary>
    public IReadOnlyList<InventoryMachine> Machines { get; }

    /// <summary>All hosts.</summary>
    public IReadOnlyList<InventoryHost> Hosts { get; }

    /// <summary>Paths of all folders and datacenters.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Reads the inventory.</summary>
    /// <param name="session">Where.</param>
    /// <param name="progress">Told how many machines were read so far; null for nobody.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The inventory, as far as the account may see it.</returns>
    /// <exception cref="VSphereException">It could not be read.</exception>
    public static async Task<Inventory> ReadAsync(VSphereSession session, IProgress<int>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        var places = new Dictionary<ManagedObjectReference, (string Name, ManagedObjectReference? Parent)>();
        var machines = new List<(InventoryMachine Machine, ManagedObjectReference? Parent)>();
        var hosts = new List<InventoryHost>();
        var texts = new SharedTexts();
        await session.ListAsync(session.Content.RootFolder, Properties, Take, cancellation).ConfigureAwait(false);
        progress?.Report(machines.Count);
        var hostNames = hosts.ToDictionary(host => host.Reference, host => host.Name);
        var paths = new Dictionary<ManagedObjectReference, string>();
        return new Inventory(
            [
                .. machines.Select(one => one.Machine with
                {
                    Path = $"{(one.Parent is null ? "" : paths.TryGetValue(one.Parent, out var path) ? path : paths[one.Parent] = PathOf(one.Parent))}/{one.Machine.Name}",
                    HostName = one.Machine.Host is { } host ? hostNames.GetValueOrDefault(host) : null,
                }).OrderBy(machine => machine.Path, StringComparer.Ordinal),
            ],
            hosts,
            [.. places.Keys.Select(PathOf).Where(path => path.Length > 0).Order(StringComparer.Ordinal)],
            places.Keys.Where(place => place.Type == "Datacenter").Select(PathOf).ToHashSet(StringComparer.Ordinal));

        // Of each object remains what a machine's row needs, and texts that all have alike once.
        void Take(ObjectContent found)
        {
            var name = InventoryName.Unescaped(found.Text("name") ?? found.Obj.Value);
            switch (found.Obj.Type)
            {
                case "VirtualMachine":
                    machines.Add((Machine(found, name, texts), texts.Shared(found.Reference("parent") ?? found.Reference("parentVApp"))));
                    if (machines.Count % 100 == 0)
                        progress?.Report(machines.Count);
                    break;
                case "HostSystem":
                    hosts.Add(new InventoryHost(found.Obj, name, found.Reference("parent"), found.Text("runtime.connectionState")));
                    break;
                default:
                    places[found.Obj] = (name, found.Reference("parentFolder") ?? found.Reference("parent"));
                    break;
            }
        }

        string PathOf(ManagedObjectReference? place) =>
            InventoryName.PathOf(place, one => places.TryGetValue(one, out var known) ? known : null);
    }

    /// <summary>The part of it that is in one datacenter.</summary>
    /// <param name="datacenter">Its name, or its path.</param>
    /// <returns>Null if there is none.</returns>
    public Inventory? Within(string datacenter)
    {
        ArgumentNullException.ThrowIfNull(datacenter);
        var end = "/" + datacenter.Trim('/');
        var roots = Folders.Where(folder => _datacenters.Contains(folder) && folder.EndsWith(end, StringComparison.OrdinalIgnoreCase)).ToList();
        return roots.Count == 0
            ? null
            : new([.. Machines.Where(machine => IsIn(machine.Path))], Hosts, [.. Folders.Where(folder => IsIn(folder + "/"))], _datacenters);

        bool IsIn(string path) => roots.Any(root => path.StartsWith(root + "/", StringComparison.Ordinal));
    }

    /// <summary>Reads one machine once more.</summary>
    /// <param name="session">Where.</param>
    /// <param name="machine">The machine as it was.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The machine as it is; its path is that of before.</returns>
    /// <exception cref="VSphereException">It is gone, or could not be read.</exception>
    public static async Task<InventoryMachine> ReadAgainAsync(VSphereSession session, InventoryMachine machine, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(machine);
        var found = await session.ReadAsync(machine.Reference, MachinePaths, cancellation).ConfigureAwait(false);
        var read = Machine(found, machine.Name, new SharedTexts());
        return read with { Path = machine.Path, HostName = read.Host == machine.Host ? machine.HostName : null };
    }

    /// <summary>The network serial ports among devices.</summary>
    /// <param name="devices">Devices of a machine.</param>
    /// <returns>The ports, by key.</returns>
    internal static IReadOnlyList<NetworkSerialPort> PortsOf(IEnumerable<VirtualSerialPort> devices) =>
        [.. devices.Select(NetworkSerialPort.Of).OfType<NetworkSerialPort>().OrderBy(port => port.Key)];

    private static InventoryMachine Machine(ObjectContent found, string name, SharedTexts texts)
    {
        var isReadable = found.PropSet.Any(property => property.Name == "config.hardware.device");
        var devices = found.Items<VirtualSerialPort>("config.hardware.device").ToList();
        var ports = PortsOf(devices.Select(texts.Shared));
        return new InventoryMachine
        {
            Reference = found.Obj,
            Name = name,
            Path = name,
            PowerState = texts.Shared(found.Text("runtime.powerState")),
            ConnectionState = texts.Shared(found.Text("runtime.connectionState")),
            Host = texts.Shared(found.Reference("runtime.host")),
            InstanceUuid = found.Text("config.instanceUuid"),
            BiosUuid = found.Text("config.uuid"),
            HardwareVersion = texts.Shared(found.Text("config.version")),
            ChangeVersion = found.Text("config.changeVersion"),
            IsTemplate = found.Value<bool>("config.template"),
            IsReadable = isReadable,
            Ports = ports,
            OtherPorts = devices.Count - ports.Count,
        };
    }
}
