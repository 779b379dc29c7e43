using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Naming;

/// <summary>An inventory as it is, kept up by updates of the property collector, and asked by UUID.</summary>
internal sealed class InventoryIndex
{
    /// <summary>What is to be followed.</summary>
    public static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new() { OfType = "VirtualMachine", PathSet = ["name", "parent", "parentVApp", "runtime.powerState", "runtime.host", "config.instanceUuid", "config.uuid"] },
        new() { OfType = "HostSystem", PathSet = ["name"] },
        new() { OfType = "Folder", PathSet = ["name", "parent"] },
        new() { OfType = "Datacenter", PathSet = ["name", "parent"] },
        new() { OfType = "VirtualApp", PathSet = ["name", "parentFolder", "parent"] },
    ];

    private const int MaxDepth = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<ManagedObjectReference, Dictionary<string, object?>> _objects = [];
    private readonly Dictionary<string, ManagedObjectReference> _machines = new(StringComparer.Ordinal);

    /// <summary>Machines known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _objects.Keys.Count(one => one.Type == "VirtualMachine");
        }
    }

    /// <summary>Takes an update.</summary>
    /// <param name="update">What came, changed or went.</param>
    /// <returns>UUIDs, as digits, of the machine whose name may be another now; none for everything else.</returns>
    public IReadOnlyList<string> Apply(ObjectUpdate update)
    {
        lock (_lock)
        {
            var isMachine = update.Obj.Type == "VirtualMachine";
            if (update.Kind == "leave")
            {
                if (_objects.Remove(update.Obj, out var gone) && isMachine)
                {
                    foreach (var uuid in UuidsOf(gone).Where(uuid => _machines.GetValueOrDefault(uuid) == update.Obj))
                        _machines.Remove(uuid);
                }

                return [];
            }

            if (!_objects.TryGetValue(update.Obj, out var known))
                _objects[update.Obj] = known = [];
            foreach (var change in update.ChangeSet)
                known[change.Name] = change.Val?.Value;
            if (!isMachine || !update.ChangeSet.Any(change => change.Name is "name" or "config.instanceUuid" or "config.uuid"))
                return [];
            var uuids = UuidsOf(known).ToList();
            foreach (var uuid in uuids)
                _machines[uuid] = update.Obj;
            return uuids;
        }
    }

    /// <summary>Finds a machine.</summary>
    /// <param name="uuid">Instance UUID or BIOS UUID as 32 lower-case hex digits.</param>
    /// <returns>The machine; null if there is none.</returns>
    public MachinePlace? Find(string uuid)
    {
        lock (_lock)
        {
            if (!_machines.TryGetValue(uuid, out var reference) || !_objects.TryGetValue(reference, out var machine) || machine.GetValueOrDefault("name") is not string name)
                return null;
            var path = "/" + Unescaped(name);
            var place = machine.GetValueOrDefault("parent") as ManagedObjectReference ?? machine.GetValueOrDefault("parentVApp") as ManagedObjectReference;
            for (var depth = 0; depth < MaxDepth && place is not null && _objects.TryGetValue(place, out var folder) && folder.GetValueOrDefault("name") is string part; depth++)
            {
                path = $"/{Unescaped(part)}{path}";
                place = folder.GetValueOrDefault("parentFolder") as ManagedObjectReference ?? folder.GetValueOrDefault("parent") as ManagedObjectReference;
            }

            var host = machine.GetValueOrDefault("runtime.host") is ManagedObjectReference at && _objects.TryGetValue(at, out var one) ? one.GetValueOrDefault("name") as string : null;
            return new(Unescaped(name), path, machine.GetValueOrDefault("runtime.powerState") as string, host);
        }
    }

    // The instance UUID is what machines tell of themselves; hosts that never knew a vCenter have the other alone.
    private static IEnumerable<string> UuidsOf(Dictionary<string, object?> machine) =>
        new[] { machine.GetValueOrDefault("config.uuid"), machine.GetValueOrDefault("config.instanceUuid") }.OfType<string>()
            .Select(uuid => uuid.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant())
            .Where(uuid => uuid.Length == 32);

    // vSphere writes three characters of names as in addresses.
    private static string Unescaped(string name) => name
        .Replace("%2f", "/", StringComparison.OrdinalIgnoreCase).Replace("%5c", "\\", StringComparison.OrdinalIgnoreCase).Replace("%25", "%", StringComparison.Ordinal);
}
