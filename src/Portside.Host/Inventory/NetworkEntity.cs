using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A network of machines; it carries nothing.</summary>
public sealed class NetworkEntity : ManagedEntity
{
    internal NetworkEntity(HostInventory inventory, string name, FolderEntity parent)
        : base(inventory, inventory.NewReference("Network", "network-"), name, parent)
    {
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType NetworkType { get; } = new ManagedType<NetworkEntity>("Network", EntityType)
        .Property("summary", static o => VimValue.Of(new NetworkSummary { Network = o.Reference, Name = o.Name, Accessible = true }))
        .Property("host", static o => VimValue.Of([.. o.Inventory.Hosts.Select(host => host.Reference)]))
        .Property("vm", static _ => VimValue.Of(Array.Empty<ManagedObjectReference>()));

    /// <inheritdoc/>
    public override ManagedType Type => NetworkType;
}
