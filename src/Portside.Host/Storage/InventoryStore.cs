using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Inventory;
using Portside.Host.Tagging;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Storage;

/// <summary>Keeps folders, machines and tags across restarts, in an SQLite file. What ran is off after a restart, as after a host's.</summary>
/// <remarks>Each machine is kept as the call of <c>CreateVM_Task</c> that would make it: what the API can say can be kept.</remarks>
public sealed partial class InventoryStore : IAsyncDisposable
{
    private readonly HostInventory _inventory;
    private readonly InventoryDatabase _database;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Task _writing;
    private Dictionary<string, ManagedEntity> _changed = new(StringComparer.Ordinal);
    private bool _tagsChanged;
    private bool _woken;
    private bool _closing;

    private InventoryStore(HostInventory inventory, InventoryDatabase database, ILogger logger)
    {
        _inventory = inventory;
        _database = database;
        _logger = logger;
        inventory.EntityChanged += OnChanged;
        inventory.Tags.Changed += OnTagsChanged;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Opens the file, makes what it holds, and keeps what follows.</summary>
    /// <param name="inventory">An inventory without machines.</param>
    /// <param name="file">The file; made if it is not there.</param>
    /// <param name="logger">Where its story goes; null for nowhere.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The store; close it after the inventory.</returns>
    /// <exception cref="StoreException">The file cannot be used.</exception>
    public static async Task<InventoryStore> OpenAsync(
        HostInventory inventory,
        string file,
        ILogger<InventoryStore>? logger = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        var database = InventoryDatabase.Open(file, inventory.IsVCenter);
        try
        {
            await RestoreAsync(inventory, database, cancellation).ConfigureAwait(false);
            return new InventoryStore(inventory, database, logger ?? NullLogger<InventoryStore>.Instance);
        }
        catch (Exception e) when (e is SoapException or VimFaultException or FormatException or ArgumentException)
        {
            database.Dispose();
            throw new StoreException(
                $"The inventory {file} cannot be made again: {e.Message} Start as it was started before, move it away, or name another directory (--state DIR).",
                e);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Writes what is left to write, and closes the file.</summary>
    /// <returns>Completes when that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        _inventory.EntityChanged -= OnChanged;
        _inventory.Tags.Changed -= OnTagsChanged;
        lock (_lock)
            _closing = true;
        _wake.Release();
        await _writing.ConfigureAwait(false);
        _database.Dispose();
        _wake.Dispose();
    }

    private static async Task RestoreAsync(HostInventory inventory, InventoryDatabase database, CancellationToken cancellation)
    {
        var folders = new Dictionary<string, FolderEntity>(StringComparer.Ordinal) { [""] = inventory.Datacenter.VmFolder };
        foreach (var row in database.Folders())
        {
            if (folders.TryGetValue(row.Parent, out var parent))
                folders[row.Id] = parent.NewFolder(row.Name, inventory.KeepReference("Folder", row.Id));
        }

        inventory.Tags.Restore(database.Categories(), database.Tags());
        foreach (var row in database.Machines())
        {
            using var message = new MemoryStream(row.Spec);
            var call = await SoapRequest.ReadAsync(message, cancellation: cancellation).ConfigureAwait(false);
            var spec = call.Required("config", VimKinds.Object<VirtualMachineConfigSpec>());
            var host = inventory.Hosts.FirstOrDefault(host => host.Name == row.Host);
            var machine = MachineCreation.Create(
                folders.GetValueOrDefault(row.Folder, inventory.Datacenter.VmFolder),
                spec,
                null,
                host,
                inventory.KeepReference("VirtualMachine", row.Id),
                [.. row.Ports.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(index => int.Parse(index, CultureInfo.InvariantCulture))],
                row.IsTemplate);
            foreach (var tag in row.Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(inventory.Tags.FindTag).OfType<Tag>())
                machine.Attach(tag);
        }
    }

    private static byte[] SpecOf(MachineEntity machine)
    {
        var config = machine.Config;
        var spec = new VirtualMachineConfigSpec
        {
            Name = machine.Name,
            Version = config.Version,
            Uuid = config.Uuid.ToString(),
            InstanceUuid = config.InstanceUuid.ToString(),
            LocationId = config.LocationId?.ToString(),
            GuestId = config.GuestId,
            AlternateGuestName = config.AlternateGuestName,
            Annotation = config.Annotation,
            Files = new VirtualMachineFileInfo { VmPathName = config.VmPathName },
            NumCpus = config.NumCpus,
            NumCoresPerSocket = config.CoresPerSocket,
            MemoryMB = config.MemoryMB,
            DeviceChange =
            [
                .. config.Devices.Values.Concat(machine.Machine.Devices.Select(SerialPorts.ToContract))
                    .Select(device => new VirtualDeviceConfigSpec { Operation = "add", Device = device }),
            ],
            ExtraConfig = [.. config.ExtraConfig.Select(pair => new OptionValue { Key = pair.Key, Value = VimValue.Of(pair.Value) })],
            Firmware = config.Firmware,
        };
        using var message = new MemoryStream();
        SoapEnvelope.WriteRequest(message, "CreateVM_Task", new("Folder", ""), [new("config", VimValue.Of(spec))]);
        return message.ToArray();
    }

    private void OnChanged(ManagedEntity entity) => Wake(() => _changed[entity.Reference.Value] = entity);

    private void OnTagsChanged() => Wake(() => _tagsChanged = true);

    private void Wake(Action note)
    {
        lock (_lock)
        {
            note();
            if (_woken)
                return;
            _woken = true;
        }

        _wake.Release();
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            await _wake.WaitAsync().ConfigureAwait(false);
            Dictionary<string, ManagedEntity> changed;
            bool tagsChanged, closing;
            lock (_lock)
            {
                (tagsChanged, _tagsChanged) = (_tagsChanged, false);
                (changed, _changed) = (_changed, new(StringComparer.Ordinal));
                closing = _closing;
                _woken = false;
            }

            try
            {
                Write(changed, tagsChanged);
            }
            catch (SqliteException e)
            {
                // The host goes on: what it holds in memory is what counts now. The next change tries these again.
                LogNotWritten(changed.Count, e);
                PutBack(changed, tagsChanged);
            }

            if (closing)
                return;
        }
    }

    /// <summary>Before what changed since: a folder must be written before what is in it.</summary>
    private void PutBack(Dictionary<string, ManagedEntity> changed, bool tagsChanged)
    {
        lock (_lock)
        {
            _tagsChanged |= tagsChanged;
            foreach (var (id, entity) in _changed)
                changed[id] = entity;
            _changed = changed;
        }
    }

    private void Write(Dictionary<string, ManagedEntity> changed, bool tagsChanged)
    {
        var folders = new List<(string, InventoryDatabase.FolderRow?)>();
        var machines = new List<(string, InventoryDatabase.MachineRow?)>();
        foreach (var (id, entity) in changed)
        {
            var isThere = _inventory.Objects.Find(entity.Reference) == entity;
            switch (entity)
            {
                case FolderEntity folder:
                    folders.Add((id, isThere ? new(id, FolderId(folder.Parent), folder.Name) : null));
                    break;
                case MachineEntity machine:
                    machines.Add((id, isThere ? Row(machine) : null));
                    break;
            }
        }

        // Tags first: the category of each of them is among the categories that are read then.
        IReadOnlyList<TagCategory> categories = [];
        IReadOnlyList<Tag> tags = [];
        if (tagsChanged)
            (tags, categories) = (_inventory.Tags.Tags, _inventory.Tags.Categories);
        if (folders.Count + machines.Count + tags.Count + categories.Count > 0)
            _database.Write(folders, machines, categories, tags);
    }

    private InventoryDatabase.MachineRow Row(MachineEntity machine) => new(
        machine.Reference.Value,
        FolderId(machine.Parent),
        machine.Host.Name,
        machine.Config.IsTemplate,
        string.Join(' ', machine.Machine.Devices.Select(device => device.Index.ToString(CultureInfo.InvariantCulture))),
        SpecOf(machine),
        string.Join(' ', machine.Tags.Select(tag => tag.Id)));

    /// <summary>The datacenter's own folder is made anew at each start, and has no id to keep.</summary>
    private string FolderId(ManagedEntity? folder) => folder is null || folder == _inventory.Datacenter.VmFolder ? "" : folder.Reference.Value;

    [LoggerMessage(1460, LogLevel.Error, "{Count} changes of the inventory could not be written; the next change tries them again.")]
    private partial void LogNotWritten(int count, Exception error);
}
