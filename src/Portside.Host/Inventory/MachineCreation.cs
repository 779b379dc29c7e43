using System.Collections.Immutable;
using Portside.Host.Machines;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Makes machines: new ones and copies.</summary>
internal static class MachineCreation
{
    /// <summary><c>Folder.CreateVM_Task</c>.</summary>
    public static MethodResult Start(FolderEntity folder, MethodCall call)
    {
        var inventory = folder.Inventory;
        var spec = call.Request.Required("config", VimKinds.Object<VirtualMachineConfigSpec>());
        var pool = call.Request.Required("pool", VimKinds.Reference);
        var host = call.Request.Optional("host", VimKinds.Reference);
        return inventory.Tasks.Start(call, "CreateVM_Task", "VirtualMachine.create", folder, _ =>
        {
            var machine = Create(folder, spec, inventory.FindPool(pool), host is null ? null : inventory.FindHost(host));
            inventory.Events.Add(new VmCreatedEvent(), machine, call.Caller.User.Name, $"Created virtual machine {machine.Name} on {machine.Host.Name}");
            return VimValue.Of(machine.Reference);
        });
    }

    /// <summary>Makes a machine.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="spec">What it is to be.</param>
    /// <param name="pool">The pool it runs from; null for its host's.</param>
    /// <param name="host">Where it runs; null for the next in turn.</param>
    /// <param name="reference">Its reference, if it had one already.</param>
    /// <param name="ports">Indexes of its serial ports, if they are not 0, 1 and so on.</param>
    /// <param name="isTemplate">Whether it only serves to be copied.</param>
    /// <exception cref="VSphere.Soap.VimFaultException">The spec is not one for a machine.</exception>
    public static MachineEntity Create(
        FolderEntity folder,
        VirtualMachineConfigSpec spec,
        PoolEntity? pool,
        HostEntity? host,
        ManagedObjectReference? reference = null,
        IReadOnlyList<int>? ports = null,
        bool isTemplate = false)
    {
        var inventory = folder.Inventory;
        if (spec.Name is null)
            throw Fault.InvalidArgument("configSpec.name", "A machine needs a name.");
        var name = FolderEntity.CheckedName(spec.Name);
        folder.CheckRoom(name);
        host ??= inventory.PickHost(pool?.Owner);
        host.CheckConnected();
        var plan = DevicePlan.Of(spec.DeviceChange, [], ImmutableSortedDictionary<int, VirtualDevice>.Empty, areKept: reference is not null);
        var config = MachineEntity.Apply(
            new MachineConfig
            {
                Uuid = Guid.NewGuid(),
                InstanceUuid = Guid.NewGuid(),
                LocationId = Guid.NewGuid(),
                VmPathName = FilePath(inventory, spec.Files?.VmPathName, name),
                IsTemplate = isTemplate,
                Devices = plan.Devices,
                Modified = inventory.Time.GetUtcNow(),
            },
            spec);
        if (reference is null)
            HostInventory.CheckFaults(spec.ExtraConfig); // One that is made again is taken as it was kept.
        inventory.CheckGuests(name, config);
        var machine = new MachineEntity(
            inventory,
            reference ?? inventory.NewReference("VirtualMachine", "vm-"),
            name,
            folder,
            host,
            pool ?? host.Compute.Pool,
            config);
        plan.AddTo(machine.Machine, ports);
        inventory.Take(machine, folder);
        return machine;
    }

    /// <summary>Copies a machine; the copy has UUIDs of its own.</summary>
    /// <remarks>Changes of devices in the copy's place come before those in its configuration.</remarks>
    public static MachineEntity Clone(MachineEntity source, FolderEntity folder, string name, VirtualMachineCloneSpec spec)
    {
        var inventory = source.Inventory;
        name = FolderEntity.CheckedName(name);
        folder.CheckRoom(name);
        var location = spec.Location ?? new VirtualMachineRelocateSpec(); // Required, but not sent by all.
        var (host, wanted) = inventory.Place(location, source.Host);
        var pool = wanted ?? host.Compute.Pool;
        HostInventory.CheckPool(pool, host, "spec.location.pool");
        host.CheckConnected();
        var config = source.Config with
        {
            Uuid = Guid.NewGuid(),
            InstanceUuid = Guid.NewGuid(),
            LocationId = Guid.NewGuid(),
            VmPathName = FilePath(inventory, spec.Config?.Files?.VmPathName, name),
            IsTemplate = spec.Template,
            Change = 1,
            Modified = inventory.Time.GetUtcNow(),
        };
        if (spec.Config is { } edits)
        {
            HostInventory.CheckFaults(edits.ExtraConfig);
            config = MachineEntity.Apply(config, edits);
        }

        inventory.CheckGuests(name, config);
        var machine = new MachineEntity(inventory, inventory.NewReference("VirtualMachine", "vm-"), name, folder, host, pool, config);

        // Under the same keys: the spec names them so, and advanced options by their index.
        var ports = source.Machine.Devices;
        DevicePlan.AddPorts(machine.Machine, [.. ports.Select(port => (port.Backing, FlagsOf(port)))], [.. ports.Select(port => port.Index)]);
        foreach (var changes in (IReadOnlyList<VirtualDeviceConfigSpec>[])[location.DeviceChange, spec.Config?.DeviceChange ?? []])
        {
            var plan = DevicePlan.Of(changes, machine.Machine.Devices, config.Devices);
            plan.ApplyAsync(machine.Machine, CancellationToken.None).GetAwaiter().GetResult(); // On a machine that is off nothing waits.
            config = config with { Devices = plan.Devices };
        }

        machine.Use(config);
        inventory.Take(machine, folder);
        return machine;
    }

    private static SerialDeviceEdit FlagsOf(SerialDevice port) => new()
    {
        StartConnected = port.StartConnected,
        AllowGuestControl = port.AllowGuestControl,
        YieldOnPoll = port.YieldOnPoll,
    };

    /// <summary>A machine's file: as wanted, or in a folder of the machine's name.</summary>
    private static string FilePath(HostInventory inventory, string? wanted, string name)
    {
        if (string.IsNullOrEmpty(wanted))
            return new DatastorePath(inventory.Datastore.Name, $"{name}/{name}.vmx").ToString();
        if (!DatastorePath.TryParse(wanted, out var path))
            throw Fault.InvalidDatastorePath(wanted);
        if (path.Datastore.Length > 0 && path.Datastore != inventory.Datastore.Name)
            throw Fault.InvalidDatastorePath(wanted);
        if (path.File.Split('/').Contains(".."))
            throw Fault.InvalidDatastorePath(wanted); // Nothing is written there, but others may take the path for one.
        return path.File.Length == 0 ? new DatastorePath(path.Datastore, $"{name}/{name}.vmx").ToString()
            : path.File.EndsWith(".vmx", StringComparison.Ordinal) ? path.ToString()
            : new DatastorePath(path.Datastore, $"{path.File.TrimEnd('/')}/{name}.vmx").ToString();
    }
}
