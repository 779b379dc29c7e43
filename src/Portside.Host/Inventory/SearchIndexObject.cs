using System.Net;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Finds entities by path, UUID, name or address.</summary>
public sealed class SearchIndexObject : ManagedObject
{
    private readonly HostInventory _inventory;

    internal SearchIndexObject(HostInventory inventory)
        : base(new ManagedObjectReference("SearchIndex", inventory.IsVCenter ? "SearchIndex" : "ha-searchindex")) => _inventory = inventory;

    /// <summary>Properties and methods.</summary>
    public static ManagedType IndexType { get; } = new ManagedType<SearchIndexObject>("SearchIndex")
        .Method("FindByInventoryPath", Privileges.View, static (o, call) =>
            o.FindByPath(call.Request.Required("inventoryPath", VimKinds.String))?.Reference)
        .Method("FindByUuid", Privileges.View, static (o, call) => o.FindByUuid(call).FirstOrDefault()?.Reference)
        .Method("FindAllByUuid", Privileges.View, static (o, call) =>
            new MethodResult(VimValue.Of([.. o.FindByUuid(call).Select(found => found.Reference)])))
        .Method("FindByIp", Privileges.View, static (o, call) => o.FindHost(call, "ip")?.Reference)
        .Method("FindAllByIp", Privileges.View, static (o, call) =>
            new MethodResult(VimValue.Of(o.FindHost(call, "ip") is { } host ? [host.Reference] : Array.Empty<ManagedObjectReference>())))
        .Method("FindByDnsName", Privileges.View, static (o, call) => o.FindHost(call, "dnsName")?.Reference)
        .Method("FindAllByDnsName", Privileges.View, static (o, call) =>
            new MethodResult(VimValue.Of(o.FindHost(call, "dnsName") is { } host ? [host.Reference] : Array.Empty<ManagedObjectReference>())))
        .Method("FindByDatastorePath", Privileges.View, static (o, call) => o.FindByFile(call.Request.Required("path", VimKinds.String))?.Reference)
        .Method("FindChild", Privileges.View, static (o, call) => o.FindChild(call)?.Reference);

    /// <inheritdoc/>
    public override ManagedType Type => IndexType;

    /// <summary>An entity by its path, such as <c>DC0/vm/db1</c>.</summary>
    /// <param name="path">The path; a slash at its start or end is passed over, one in a name is written <c>%2f</c>.</param>
    /// <returns>Null if there is none.</returns>
    public ManagedEntity? FindByPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ManagedEntity? entity = _inventory.RootFolder;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            entity = Child(entity, part.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase));
            if (entity is null)
                return null;
        }

        return entity;
    }

    private static ManagedEntity? Child(ManagedEntity entity, string name) =>
        entity is FolderEntity folder ? folder.FindChild(name) : entity.Below.FirstOrDefault(child => child.Name == name);

    private IEnumerable<ManagedEntity> FindByUuid(MethodCall call)
    {
        var uuid = call.Request.Required("uuid", VimKinds.String);
        if (!call.Request.Required("vmSearch", VimKinds.Boolean))
            return [];
        var instance = call.Request.Optional("instanceUuid", VimKinds.Boolean);
        return Guid.TryParse(uuid, out var id)
            ? _inventory.Machines.Where(machine => (instance ? machine.Config.InstanceUuid : machine.Config.Uuid) == id)
            : [];
    }

    private HostEntity? FindHost(MethodCall call, string argument)
    {
        var text = call.Request.Required(argument, VimKinds.String);
        if (call.Request.Required("vmSearch", VimKinds.Boolean))
            return null; // Guests here tell no addresses.
        return argument == "ip" && !IPAddress.TryParse(text, out _)
            ? null
            : _inventory.Hosts.FirstOrDefault(host => string.Equals(host.Name, text, StringComparison.OrdinalIgnoreCase));
    }

    private MachineEntity? FindByFile(string path) => _inventory.Machines.FirstOrDefault(machine => machine.Config.VmPathName == path);

    private ManagedEntity? FindChild(MethodCall call)
    {
        var reference = call.Request.Required("entity", VimKinds.Reference);
        var name = call.Request.Required("name", VimKinds.String);
        return _inventory.Objects.Find(reference) is ManagedEntity entity ? Child(entity, name) : throw Fault.NotFound(reference);
    }
}
