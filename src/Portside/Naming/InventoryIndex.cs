using System.Collections;
using System.Net;
using System.Net.Sockets;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Ports;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.SerialPorts;

namespace Portside.Naming;

/// <summary>An inventory as it is, kept up by updates of the property collector, and asked by UUID.</summary>
internal sealed class InventoryIndex
{
    /// <summary>What is to be followed.</summary>
    public static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new() { OfType = "VirtualMachine", PathSet = ["name", "parent", "parentVApp", "runtime.powerState", "runtime.host", "config.instanceUuid", "config.uuid"] },
        new() { OfType = "HostSystem", PathSet = ["name", "config.network.vnic"] },
        new() { OfType = "Folder", PathSet = ["name", "parent"] },
        new() { OfType = "Datacenter", PathSet = ["name", "parent"] },
        new() { OfType = "VirtualApp", PathSet = ["name", "parentFolder", "parent"] },
    ];

    /// <summary>Objects of one inventory; vCenter's own limits are a fifth of that.</summary>
    private const int MaxObjects = 250_000;

    /// <summary>Characters kept of a text; a name has at most 80, and three where it has one that is escaped.</summary>
    private const int MaxText = 512;

    /// <summary>Addresses kept of a host; it has at most some ten adapters.</summary>
    private const int MaxAddresses = 256;

    private static readonly HashSet<string> Kept = [.. Properties.SelectMany(one => one.PathSet ?? [])];

    private readonly Lock _lock = new();
    private readonly Dictionary<ManagedObjectReference, Dictionary<string, object?>> _objects = [];
    private readonly Dictionary<string, List<ManagedObjectReference>> _machines = new(StringComparer.Ordinal);
    private readonly Dictionary<ManagedObjectReference, HashSet<IPAddress>> _addresses = [];

    /// <summary>Machines known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _objects.Keys.Count(one => one.Type == "VirtualMachine");
        }
    }

    /// <summary>Machines whose UUIDs are not shown: their configuration may not be read.</summary>
    public int Unreadable
    {
        get
        {
            lock (_lock)
                return _objects.Count(one => one.Key.Type == "VirtualMachine" && one.Value.GetValueOrDefault("config.uuid") is null && one.Value.GetValueOrDefault("config.instanceUuid") is null);
        }
    }

    /// <summary>Takes an update.</summary>
    /// <param name="update">What came, changed or went.</param>
    /// <returns>UUIDs, as digits, of the machine whose name may be another now; none for everything else.</returns>
    /// <exception cref="InvalidDataException">There are more objects than an inventory has.</exception>
    public IReadOnlyList<string> Apply(ObjectUpdate update)
    {
        lock (_lock)
        {
            var isMachine = update.Obj.Type == "VirtualMachine";
            if (update.Kind == "leave")
            {
                _addresses.Remove(update.Obj);
                if (_objects.Remove(update.Obj, out var gone) && isMachine)
                    Unlist(update.Obj, gone);
                return [];
            }

            if (!_objects.TryGetValue(update.Obj, out var known))
            {
                if (_objects.Count >= MaxObjects)
                    throw new InvalidDataException($"vSphere tells of more than {MaxObjects} objects");
                _objects[update.Obj] = known = [];
            }

            if (isMachine)
                Unlist(update.Obj, known);
            foreach (var change in update.ChangeSet.Where(change => Kept.Contains(change.Name)))
                known[change.Name] = change.Val?.Value is string { Length: > MaxText } text ? text[..MaxText] : change.Val?.Value;
            if (update.Obj.Type == "HostSystem")
                _addresses[update.Obj] = AddressesOf(known);
            if (!isMachine)
                return [];
            var uuids = UuidsOf(known).Distinct().ToList();
            foreach (var uuid in uuids)
            {
                if (!_machines.TryGetValue(uuid, out var same))
                    _machines[uuid] = same = [];
                same.Add(update.Obj);
            }

            return update.ChangeSet.Any(change => change.Name is "name" or "config.instanceUuid" or "config.uuid") ? uuids : [];
        }
    }

    /// <summary>Finds a machine.</summary>
    /// <param name="uuid">Instance UUID or BIOS UUID as 32 lower-case hex digits.</param>
    /// <returns>The machine; null if there is none.</returns>
    public MachinePlace? Find(string uuid)
    {
        lock (_lock)
        {
            if (!_machines.TryGetValue(uuid, out var same) || same[^1] is not { } reference || !_objects.TryGetValue(reference, out var machine) || machine.GetValueOrDefault("name") is not string name)
                return null;
            var place = machine.GetValueOrDefault("parent") as ManagedObjectReference ?? machine.GetValueOrDefault("parentVApp") as ManagedObjectReference;
            var path = $"{InventoryName.PathOf(place, PlaceOf)}/{InventoryName.Unescaped(name)}";
            var host = machine.GetValueOrDefault("runtime.host") is ManagedObjectReference at && _objects.TryGetValue(at, out var one) ? one.GetValueOrDefault("name") as string : null;
            return new(InventoryName.Unescaped(name), path, machine.GetValueOrDefault("runtime.powerState") as string, host);
        }
    }

    /// <summary>Judges who claims to be a machine, by where that machine is.</summary>
    /// <param name="claim">The claim.</param>
    /// <returns>The verdict, by what is known now.</returns>
    public GuardVerdict Judge(LinkClaim claim)
    {
        if (claim.Source is not { } source)
            return new(GuardAnswer.Unknown, "no-address", "the link has no address");
        lock (_lock)
        {
            if (!_machines.TryGetValue(claim.Uuid, out var machines))
                return new(GuardAnswer.Differs, "unknown-uuid", $"vSphere has no machine with UUID {(PortId.TryCreate(claim.Uuid, null, out var id) ? id.DisplayUuid : claim.Uuid)}");

            // BIOS UUIDs are copied with machines, so that several may be meant: one that agrees is enough.
            var verdict = GuardVerdict.Agrees;
            foreach (var machine in machines)
            {
                var one = Judge(_objects[machine], Comparable(source));
                if (one.Answer == GuardAnswer.Agrees)
                    return one;
                if (verdict.Answer != GuardAnswer.Unknown)
                    verdict = one;
            }

            return verdict;
        }
    }

    private (string Name, ManagedObjectReference? Parent)? PlaceOf(ManagedObjectReference place) =>
        _objects.TryGetValue(place, out var folder) && folder.GetValueOrDefault("name") is string name
            ? (InventoryName.Unescaped(name), folder.GetValueOrDefault("parentFolder") as ManagedObjectReference ?? folder.GetValueOrDefault("parent") as ManagedObjectReference)
            : null;

    private GuardVerdict Judge(Dictionary<string, object?> machine, IPAddress source)
    {
        var name = Shown(machine);
        if (machine.GetValueOrDefault("runtime.host") is not ManagedObjectReference at || !_objects.TryGetValue(at, out var host))
            return new(GuardAnswer.Unknown, "unknown-host", $"vSphere does not show the host of {name}");
        var addresses = _addresses.GetValueOrDefault(at) ?? [];
        return addresses.Contains(source) ? GuardVerdict.Agrees
            : addresses.Count == 0 ? new(GuardAnswer.Unknown, "unknown-addresses", $"vSphere does not show the addresses of {Shown(host)}, the host of {name}")
            : new(GuardAnswer.Differs, "other-host", $"vSphere has {name} on {Shown(host)} ({string.Join(", ", addresses)}), and {source} is not that host");
    }

    private static string Shown(Dictionary<string, object?> one) =>
        one.GetValueOrDefault("name") is string name && PeerText.CleanName(InventoryName.Unescaped(name)) is { } clean ? clean : "an object without a name";

    /// <summary>Of each adapter of the host, as whichever of them the host dials from is the network's affair; and its name, if it is one.</summary>
    private static HashSet<IPAddress> AddressesOf(Dictionary<string, object?> host)
    {
        var adapters = (host.GetValueOrDefault("config.network.vnic") as IEnumerable ?? Array.Empty<HostVirtualNic>()).OfType<HostVirtualNic>().Select(adapter => adapter.Spec?.Ip).OfType<HostIpConfig>();
        var texts = adapters.SelectMany(ip => (ip.IpV6Config?.IpV6Address ?? []).Select(six => six.IpAddress).Prepend(ip.IpAddress ?? ""))
            .Append(host.GetValueOrDefault("name") as string ?? "");
        return [.. texts.Select(text => IPAddress.TryParse(text, out var address) ? Comparable(address) : null).OfType<IPAddress>().Where(address => !IsNowhere(address)).Take(MaxAddresses)];
    }

    // An adapter that waits for its lease has this.
    private static bool IsNowhere(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    // One address is written in several ways; which of our networks a link-local one is at says nothing elsewhere.
    private static IPAddress Comparable(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address.AddressFamily == AddressFamily.InterNetworkV6 ? new(address.GetAddressBytes()) : address;

    private void Unlist(ManagedObjectReference machine, Dictionary<string, object?> known)
    {
        foreach (var uuid in UuidsOf(known))
        {
            if (_machines.TryGetValue(uuid, out var same) && same.Remove(machine) && same.Count == 0)
                _machines.Remove(uuid);
        }
    }

    // The instance UUID is what machines tell of themselves; hosts that never knew a vCenter have the other alone.
    private static IEnumerable<string> UuidsOf(Dictionary<string, object?> machine) =>
        new[] { machine.GetValueOrDefault("config.uuid"), machine.GetValueOrDefault("config.instanceUuid") }.OfType<string>()
            .Select(MachineUuid.Digits).OfType<string>();
}
