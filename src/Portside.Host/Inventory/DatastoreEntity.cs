using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A datastore, which is a directory of this machine: files behind serial ports are written there.</summary>
public sealed class DatastoreEntity : ManagedEntity
{
    private const long Terabyte = 1L << 40;

    internal DatastoreEntity(HostInventory inventory, string name, FolderEntity parent, string? directory)
        : base(inventory, inventory.NewReference("Datastore", "datastore-"), name, parent)
    {
        Directory = directory;
        Browser = new DatastoreBrowserObject(inventory, this);
        inventory.Objects.Add(Browser);
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType DatastoreType { get; } = new ManagedType<DatastoreEntity>("Datastore", EntityType)
        .Property("browser", static o => VimValue.Of(o.Browser.Reference))
        .Property("summary", static o => VimValue.Of(o.Summary()))
        .Property("info", static o => VimValue.Of(o.Info()))
        .Property("capability", static _ => VimValue.Of(new DatastoreCapability { DirectoryHierarchySupported = true }))
        .Property("vm", static o => VimValue.Of([.. o.Inventory.Machines.Select(machine => machine.Reference)]))
        .Unset("host", "iormConfiguration");

    /// <inheritdoc/>
    public override ManagedType Type => DatastoreType;

    /// <summary>Where it is; null for a datastore that holds nothing.</summary>
    public string? Directory { get; }

    /// <summary>Looks into it.</summary>
    public DatastoreBrowserObject Browser { get; }

    /// <summary>Where a file of it is.</summary>
    /// <param name="path">A datastore path, such as <c>[datastore1] db1/serial.log</c>.</param>
    /// <returns>Null for a path of another datastore, or one that leads out of this one.</returns>
    public string? Resolve(string path) => Directory is null ? null : Resolve(Directory, Name, path);

    /// <summary>Where a file of a datastore is.</summary>
    /// <param name="directory">Where the datastore is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="path">A datastore path.</param>
    /// <returns>Null for a path of another datastore, or one that leads out of this one.</returns>
    public static string? Resolve(string directory, string name, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!DatastorePath.TryParse(path, out var parsed) || parsed.Datastore != name || parsed.File.Length == 0)
            return null;
        var root = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(directory));
        var file = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, parsed.File));
        return file.StartsWith(root + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) ? file : null;
    }

    private string Url => $"ds:///vmfs/volumes/{Reference.Value}/";

    private DatastoreSummary Summary() => new()
    {
        Datastore = Reference,
        Name = Name,
        Url = Url,
        Capacity = 16 * Terabyte,
        FreeSpace = 15 * Terabyte,
        Accessible = true,
        MultipleHostAccess = Inventory.IsVCenter,
        OfType = "NFS",
        MaintenanceMode = "normal",
    };

    private DatastoreInfo Info() => new()
    {
        Name = Name,
        Url = Url,
        FreeSpace = 15 * Terabyte,
        MaxFileSize = Terabyte,
    };
}
