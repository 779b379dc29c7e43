using System.Collections.Concurrent;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A folder: of datacenters, machines, hosts, datastores or networks.</summary>
public sealed class FolderEntity : ManagedEntity
{
    private readonly Members<ManagedEntity> _children = new();
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, ManagedEntity> _byName = new(StringComparer.OrdinalIgnoreCase);
    private bool _isGone;

    internal FolderEntity(
        HostInventory inventory,
        ManagedObjectReference reference,
        string name,
        ManagedEntity? parent,
        IReadOnlyList<string> childType)
        : base(inventory, reference, name, parent) => ChildType = childType;

    /// <summary>Properties and methods.</summary>
    public static ManagedType FolderType { get; } = new ManagedType<FolderEntity>("Folder", EntityType)
        .Property("childEntity", static o => o._children.References)
        .Property("childType", static o => new VimValue(VimKinds.String, true, o.ChildType))
        .Unset("namespace")
        .Method("CreateFolder", Privileges.CreateFolder, static (o, call) =>
            o.Inventory.IsVCenter
                ? o.NewFolder(call.Request.Required("name", VimKinds.String)).Reference
                : throw Fault.NotSupported("A host by itself makes no folders: they are vCenter's."))
        .Method("CreateVM_Task", Privileges.Create, static (o, call) => MachineCreation.Start(o, call))
        .Method("Rename_Task", Privileges.Rename, static (o, call) => o.Inventory.Tasks.Start(
            call,
            "Rename_Task",
            "ManagedEntity.rename",
            o,
            _ => o.Rename(call.Request.Required("newName", VimKinds.String))))
        .Method("Destroy_Task", Privileges.Delete, static (o, call) => o.Inventory.Tasks.Start(
            call,
            "Destroy_Task",
            "ManagedEntity.destroy",
            o,
            _ => o.Destroy()));

    /// <inheritdoc/>
    public override ManagedType Type => FolderType;

    /// <summary>Types of what it may hold.</summary>
    public IReadOnlyList<string> ChildType { get; }

    /// <summary>What it holds.</summary>
    public IReadOnlyList<ManagedEntity> Children => _children.Now;

    internal override IEnumerable<ManagedEntity> Below => _children.Now;

    /// <summary>A child by name, in any case.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Null if there is none.</returns>
    public ManagedEntity? FindChild(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Makes a folder in it for the same types.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException">The name is taken, or is none.</exception>
    public FolderEntity NewFolder(string name) => NewFolder(name, Inventory.NewReference("Folder", "group-v"));

    /// <summary>Makes a folder in it that had its reference already.</summary>
    internal FolderEntity NewFolder(string name, ManagedObjectReference reference)
    {
        var folder = new FolderEntity(Inventory, reference, CheckedName(name), this, ChildType);
        TakeNew(folder);
        Inventory.Changed(folder);
        return folder;
    }

    /// <summary>Makes a machine in it, as <c>CreateVM_Task</c> does.</summary>
    /// <param name="spec">What it is to be.</param>
    /// <param name="host">Where it runs; null for the next in turn.</param>
    /// <returns>The machine, switched off.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException">The spec is not one for a machine.</exception>
    public MachineEntity NewMachine(VSphere.Contracts.VirtualMachineConfigSpec spec, HostEntity? host = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return MachineCreation.Create(this, spec, null, host);
    }

    /// <summary>Takes in an entity that was nowhere before.</summary>
    /// <exception cref="VSphere.Soap.VimFaultException">The name is taken, or the folder is gone.</exception>
    internal void TakeNew(ManagedEntity child)
    {
        Inventory.Objects.Add(child);
        try
        {
            Take(child);
        }
        catch
        {
            Inventory.Objects.Remove(child);
            throw;
        }
    }

    /// <summary>Takes an entity in under its name.</summary>
    /// <exception cref="VSphere.Soap.VimFaultException">The name is taken, or the folder is gone.</exception>
    internal void Take(ManagedEntity child)
    {
        lock (_lock)
        {
            if (_isGone)
                throw Fault.NotFound(Reference);
            if (!_byName.TryAdd(child.Name, child))
                throw Fault.Duplicate(child.Name, _byName.GetValueOrDefault(child.Name) ?? child);
            _children.Add(child);
        }

        Inventory.Objects.Tell(this, "childEntity");
    }

    /// <summary>Keeps an entity's name for it, which comes with <see cref="TakeReserved"/> or does not, after <see cref="GiveUp"/>.</summary>
    /// <exception cref="VSphere.Soap.VimFaultException">It holds no machines, the name is taken, or the folder is gone.</exception>
    internal void Reserve(ManagedEntity child)
    {
        CheckRoom(child.Name);
        lock (_lock)
        {
            if (_isGone)
                throw Fault.NotFound(Reference);
            if (!_byName.TryAdd(child.Name, child))
                throw Fault.Duplicate(child.Name, _byName.GetValueOrDefault(child.Name) ?? child);
        }
    }

    /// <summary>Takes in an entity whose name it keeps.</summary>
    internal void TakeReserved(ManagedEntity child)
    {
        _children.Add(child);
        Inventory.Objects.Tell(this, "childEntity");
    }

    /// <summary>Keeps the name no longer.</summary>
    internal void GiveUp(ManagedEntity child) => _byName.TryRemove(KeyValuePair.Create(child.Name, child));

    /// <summary>Lets an entity go.</summary>
    internal void Release(ManagedEntity child)
    {
        _byName.TryRemove(KeyValuePair.Create(child.Name, child));
        _children.Remove(child);
        Inventory.Objects.Tell(this, "childEntity");
    }

    /// <summary>Refuses a machine that it cannot take.</summary>
    /// <exception cref="VSphere.Soap.VimFaultException">It holds no machines, or the name is taken.</exception>
    internal void CheckRoom(string name)
    {
        if (!ChildType.Contains("VirtualMachine"))
            throw Fault.NotSupported($"The folder '{Name}' holds no machines.");
        if (FindChild(name) is { } other)
            throw Fault.Duplicate(name, other);
    }

    /// <summary>Gives a child another name.</summary>
    internal void RenameChild(ManagedEntity child, string name)
    {
        name = CheckedName(name);
        if (_byName.TryGetValue(name, out var other) && other != child)
            throw Fault.Duplicate(name, other);
        if (other is null && !_byName.TryAdd(name, child))
            throw Fault.Duplicate(name, child);
        if (!string.Equals(name, child.Name, StringComparison.OrdinalIgnoreCase))
            _byName.TryRemove(KeyValuePair.Create(child.Name, child));
        child.Name = name;
    }

    /// <summary>A name as vSphere takes it: not empty, at most 80 characters, without control characters; <c>%2f</c> is a slash.</summary>
    internal static string CheckedName(string name)
    {
        if (name.Length is 0 or > 80 || name.Any(char.IsControl))
            throw Fault.InvalidName(name);
        return name.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase);
    }

    private VimValue? Rename(string name)
    {
        if (Parent is not FolderEntity parent)
            throw Fault.NotSupported($"The folder '{Name}' cannot be renamed.");
        parent.RenameChild(this, name);
        Inventory.Changed(this);
        return null;
    }

    private VimValue? Destroy()
    {
        if (Parent is not FolderEntity parent || ChildType.Contains("Datacenter"))
            throw Fault.NotSupported($"The folder '{Name}' cannot be removed.");
        lock (_lock)
        {
            if (Children.Count > 0 || !_byName.IsEmpty)
                throw Fault.InvalidState($"The folder '{Name}' is not empty.");
            _isGone = true;
        }

        parent.Release(this);
        Inventory.Objects.Remove(this);
        Inventory.Changed(this);
        return null;
    }
}
