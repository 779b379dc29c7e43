using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A datacenter: four folders.</summary>
public sealed class DatacenterEntity : ManagedEntity
{
    private static readonly string[] MachineFolderTypes = ["Folder", "VirtualMachine", "VirtualApp"];
    private static readonly string[] HostFolderTypes = ["Folder", "ComputeResource"];
    private static readonly string[] DatastoreFolderTypes = ["Folder", "Datastore", "StoragePod"];
    private static readonly string[] NetworkFolderTypes = ["Folder", "Network", "DistributedVirtualSwitch"];

    internal DatacenterEntity(HostInventory inventory, string name, FolderEntity parent)
        : base(inventory, inventory.NewReference("Datacenter", "datacenter-", "ha-datacenter"), name, parent)
    {
        VmFolder = NewFolder("vm", "group-v", MachineFolderTypes);
        HostFolder = NewFolder("host", "group-h", HostFolderTypes);
        DatastoreFolder = NewFolder("datastore", "group-s", DatastoreFolderTypes);
        NetworkFolder = NewFolder("network", "group-n", NetworkFolderTypes);
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType DatacenterType { get; } = new ManagedType<DatacenterEntity>("Datacenter", EntityType)
        .Property("vmFolder", static o => VimValue.Of(o.VmFolder.Reference))
        .Property("hostFolder", static o => VimValue.Of(o.HostFolder.Reference))
        .Property("datastoreFolder", static o => VimValue.Of(o.DatastoreFolder.Reference))
        .Property("networkFolder", static o => VimValue.Of(o.NetworkFolder.Reference))
        .Property("datastore", static o => VimValue.Of([.. o.DatastoreFolder.Children.Select(child => child.Reference)]))
        .Property("network", static o => VimValue.Of([.. o.NetworkFolder.Children.Select(child => child.Reference)]))
        .Unset("configuration");

    /// <inheritdoc/>
    public override ManagedType Type => DatacenterType;

    /// <summary>Of machines.</summary>
    public FolderEntity VmFolder { get; }

    /// <summary>Of clusters and hosts.</summary>
    public FolderEntity HostFolder { get; }

    /// <summary>Of datastores.</summary>
    public FolderEntity DatastoreFolder { get; }

    /// <summary>Of networks.</summary>
    public FolderEntity NetworkFolder { get; }

    internal override IEnumerable<ManagedEntity> Below => [VmFolder, HostFolder, DatastoreFolder, NetworkFolder];

    private FolderEntity NewFolder(string name, string prefix, string[] childType)
    {
        var folder = new FolderEntity(Inventory, Inventory.NewReference("Folder", prefix, "ha-folder-" + name), name, this, childType);
        Inventory.Objects.Add(folder);
        return folder;
    }
}
