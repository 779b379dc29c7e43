using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Looks for files in a datastore.</summary>
public sealed class DatastoreBrowserObject : ManagedObject
{
    /// <summary>Files in one answer, at most.</summary>
    private const int MaxFiles = 1000;

    private readonly HostInventory _inventory;
    private readonly DatastoreEntity _datastore;

    internal DatastoreBrowserObject(HostInventory inventory, DatastoreEntity datastore)
        : base(new ManagedObjectReference("HostDatastoreBrowser", "datastoreBrowser-" + datastore.Reference.Value))
    {
        _inventory = inventory;
        _datastore = datastore;
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType BrowserType { get; } = new ManagedType<DatastoreBrowserObject>("HostDatastoreBrowser")
        .Property("datastore", static o => VimValue.Of([o._datastore.Reference]))
        .Unset("supportedType")
        .Method("SearchDatastore_Task", Privileges.BrowseDatastore, static (o, call) => o.Search(call));

    /// <inheritdoc/>
    public override ManagedType Type => BrowserType;

    private MethodResult Search(MethodCall call)
    {
        var path = call.Request.Required("datastorePath", VimKinds.String);
        return _inventory.Tasks.Start(call, "SearchDatastore_Task", "HostDatastoreBrowser.search", null, _ =>
        {
            if (!DatastorePath.TryParse(path, out var parsed) || parsed.Datastore != _datastore.Name)
                throw Fault.InvalidDatastorePath(path);
            var directory = parsed.File.Length == 0 ? _datastore.Directory : _datastore.Resolve(path);
            if (directory is null || !Directory.Exists(directory))
                throw Fault.FileNotFound(path);
            return VimValue.Of(new HostDatastoreBrowserSearchResults
            {
                Datastore = _datastore.Reference,
                FolderPath = path,
                File =
                [
                    .. new DirectoryInfo(directory).EnumerateFiles().Take(MaxFiles).Select(file => new VSphere.Contracts.FileInfo
                    {
                        Path = file.Name,
                        FileSize = file.Length,
                    }),
                ],
            });
        });
    }
}
