using Portside.Host.Faults;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Inventory;

/// <content>What it does.</content>
public sealed partial class MachineEntity
{
    /// <summary>A configuration as a spec wants it; what the spec leaves out stays.</summary>
    internal static MachineConfig Apply(MachineConfig config, VirtualMachineConfigSpec spec)
    {
        if (spec.Version is { } version && !ConfigOptions.Keys.Contains(version))
            throw new VimFaultException(new DeviceUnsupportedForVmVersion { CurrentVersion = version, ExpectedVersion = ConfigOptions.DefaultKey }, $"'{version}' is not a hardware version of this host.");
        if (spec.MemoryMB is < 4 or > 1 << 20)
            throw Fault.InvalidArgument("configSpec.memoryMB", "A machine has 4 to 1048576 MiB.");
        if (spec.NumCpus is < 1 or > 128)
            throw Fault.InvalidArgument("configSpec.numCPUs", "A machine has 1 to 128 processors.");
        return (config with
        {
            Version = spec.Version ?? config.Version,
            Uuid = Id(spec.Uuid, "uuid") ?? config.Uuid,
            InstanceUuid = Id(spec.InstanceUuid, "instanceUuid") ?? config.InstanceUuid,
            LocationId = Id(spec.LocationId, "locationId") ?? config.LocationId,
            GuestId = spec.GuestId ?? config.GuestId,
            AlternateGuestName = spec.AlternateGuestName ?? config.AlternateGuestName,
            Annotation = spec.Annotation ?? config.Annotation,
            NumCpus = spec.NumCpus ?? config.NumCpus,
            CoresPerSocket = spec.NumCoresPerSocket ?? config.CoresPerSocket,
            MemoryMB = (int?)spec.MemoryMB ?? config.MemoryMB,
            Firmware = spec.Firmware ?? config.Firmware,
        }).WithExtra(spec.ExtraConfig);

        static Guid? Id(string? text, string property) => text is null ? null
            : Guid.TryParse(text.Replace(" ", "", StringComparison.Ordinal), out var id) ? id
            : throw Fault.InvalidArgument($"configSpec.{property}", $"'{text}' is not a UUID.");
    }

    private MethodResult StartReconfigure(MethodCall call)
    {
        var spec = call.Request.Required("spec", VimKinds.Object<VirtualMachineConfigSpec>());
        CheckRights(call, spec.DeviceChange);
        if (spec.DeviceChange.Count == 0)
            call.Demand(this, Privileges.EditDevice);
        if (spec.ExtraConfig.Count > 0)
            call.Demand(this, Privileges.AdvancedConfig);
        return Inventory.Tasks.Start(call, "ReconfigVM_Task", "VirtualMachine.reconfigure", this, async run =>
        {
            run.Commit();
            await ReconfigureAsync(spec, call.Caller.User.Name).ConfigureAwait(false);
            return null;
        },
        isUndisturbed: ChangesFaults(spec));
    }

    /// <summary>Whether a call changes what is to go wrong for the machine: such a call never does, or nobody could ever take it back.</summary>
    /// <exception cref="SoapException">Its arguments are none.</exception>
    internal static bool ChangesFaults(SoapRequest request) =>
        request.Method == "ReconfigVM_Task" && request.Optional("spec", VimKinds.Object<VirtualMachineConfigSpec>()) is { } spec && ChangesFaults(spec);

    private static bool ChangesFaults(VirtualMachineConfigSpec spec) => spec.ExtraConfig.Any(static option => FaultRule.IsOption(option.Key));

    /// <summary>Changes it: all of a spec or nothing of it.</summary>
    /// <exception cref="VimFaultException">The spec cannot be done.</exception>
    internal async Task ReconfigureAsync(VirtualMachineConfigSpec spec, string user)
    {
        var config = Config;
        if (spec.ChangeVersion is { Length: > 0 } wanted && wanted != config.ChangeVersion)
            throw new VimFaultException(new ConcurrentAccess(), $"'{Name}' was changed by somebody else: its changeVersion is {config.ChangeVersion}.");
        var plan = DevicePlan.Of(spec.DeviceChange, Machine.Devices, config.Devices, PowerState);
        var next = Apply(config, spec);
        HostInventory.CheckFaults(spec.ExtraConfig);
        if (spec.ExtraConfig.Count > 0)
            Inventory.CheckGuests(Name, next);
        if (spec.Name is { } name && name != Name)
            Rename(name);
        await UseAsync(now => Apply(now, spec), plan, user).ConfigureAwait(false);
    }

    /// <summary>Takes advanced options away, out of turn: what waits in its turn may wait because of them.</summary>
    internal void RemoveOptions(IEnumerable<string> keys)
    {
        OptionValue[] removed = [.. keys.Select(static key => new OptionValue { Key = key, Value = VimValue.Of("") })];
        Change(config => config.WithExtra(removed));
        Inventory.Objects.Tell(this, "config");
        Inventory.Objects.Tell(this, "summary");
        Inventory.Changed(this);
    }

    /// <summary>Takes a configuration over, and devices with it.</summary>
    private async Task UseAsync(Func<MachineConfig, MachineConfig> change, DevicePlan plan, string user)
    {
        Change(now => change(now) with { Devices = plan.Devices });
        await plan.ApplyAsync(Machine, CancellationToken.None).ConfigureAwait(false);
        Watch();
        Inventory.Objects.Tell(this, "config");
        Inventory.Objects.Tell(this, "summary");
        Inventory.Changed(this);

        // Ten thousand events are kept, and a spec may have megabytes: the event says that, not what.
        Inventory.Events.Add(new VmReconfiguredEvent { ConfigSpec = new VirtualMachineConfigSpec() }, this, user, $"Reconfigured {Name} on {Host.Name}");
    }

    /// <summary>Adding devices, changing them, and connecting them are rights of their own; an edit needs those of what it changes, whatever it repeats.</summary>
    private void CheckRights(MethodCall call, IReadOnlyList<VirtualDeviceConfigSpec> changes)
    {
        foreach (var change in changes)
        {
            if (change.Operation != "edit")
            {
                call.Demand(this, Privileges.AddRemoveDevice);
                continue;
            }

            var (edits, connects) = change.Device is VirtualSerialPort device && FindPort(device.Key) is { } port ? Touched(port, device) : (true, false);
            if (edits)
                call.Demand(this, Privileges.EditDevice);
            if (connects)
                call.Demand(this, Privileges.DeviceConnection);
        }
    }

    // Whoever repeats what is there, and says whether it is to be connected, wants it connected, anew perhaps, or not.
    private (bool Edits, bool Connects) Touched(SerialDevice port, VirtualSerialPort device)
    {
        var flags = device.Connectable;
        var edits = (device.Backing is { } backing && SerialPorts.FromContract(backing) != port.Backing)
            || device.YieldOnPoll != port.YieldOnPoll
            || (flags is not null && (flags.StartConnected != port.StartConnected || flags.AllowGuestControl != port.AllowGuestControl));
        return flags is null ? (true, false) : (edits, !edits || (Machine.IsPoweredOn && flags.Connected != port.Connected));
    }

    private MethodResult StartPowerOn(MethodCall call)
    {
        var host = call.Request.Optional("host", VimKinds.Reference);
        return Inventory.Tasks.Start(call, "PowerOnVM_Task", "VirtualMachine.powerOn", this, async run =>
        {
            if (Config.IsTemplate)
                throw Fault.NotSupported($"'{Name}' is a template.");
            if (Machine.IsPoweredOn)
                throw Fault.InvalidPowerState("poweredOff", "poweredOn");
            var place = host is null ? Host : Inventory.FindHost(host);
            place.CheckConnected();
            run.Commit();
            if (place != Host)
                Settle(place, null);
            await PowerOnAsync().ConfigureAwait(false);
            Inventory.Events.Add(new VmPoweredOnEvent(), this, call.Caller.User.Name, $"{Name} on {Host.Name} is powered on");
            return null;
        });
    }

    /// <summary>Switches it on with the guests that its options name now.</summary>
    /// <exception cref="InvalidOperationException">It is on already.</exception>
    internal async Task PowerOnAsync(CancellationToken cancellation = default)
    {
        Watch();
        Inventory.UseGuests(this);
        Volatile.Write(ref _isSuspended, false);
        await Machine.PowerOnAsync(cancellation).ConfigureAwait(false);
    }

    private MethodResult StartPowerOff(MethodCall call) =>
        Inventory.Tasks.Start(call, "PowerOffVM_Task", "VirtualMachine.powerOff", this, async run =>
        {
            if (PowerState == "poweredOff")
                throw Fault.InvalidPowerState("poweredOn", "poweredOff");
            run.Commit();
            Volatile.Write(ref _isSuspended, false);
            await Machine.PowerOffAsync().ConfigureAwait(false);
            Inventory.Objects.Tell(this, "runtime");
            Inventory.Objects.Tell(this, "summary");
            Inventory.Events.Add(new VmPoweredOffEvent(), this, call.Caller.User.Name, $"{Name} on {Host.Name} is powered off");
            return null;
        });

    private MethodResult StartReset(MethodCall call) =>
        Inventory.Tasks.Start(call, "ResetVM_Task", "VirtualMachine.reset", this, _ =>
        {
            if (!Machine.IsPoweredOn)
                throw Fault.InvalidPowerState("poweredOn", PowerState);
            Machine.Reset();
            return (VimValue?)null;
        });

    /// <summary>Suspended, a machine is off but for its state; its guest starts anew here, since there is no memory to keep.</summary>
    private MethodResult StartSuspend(MethodCall call) =>
        Inventory.Tasks.Start(call, "SuspendVM_Task", "VirtualMachine.suspend", this, async run =>
        {
            if (!Machine.IsPoweredOn)
                throw Fault.InvalidPowerState("poweredOn", PowerState);
            run.Commit();
            Volatile.Write(ref _isSuspended, true);
            await Machine.PowerOffAsync().ConfigureAwait(false);
            return null;
        });

    private MethodResult StartRelocate(MethodCall call)
    {
        var spec = call.Request.Required("spec", VimKinds.Object<VirtualMachineRelocateSpec>());
        DemandMigration(call);
        CheckRights(call, spec.DeviceChange);
        return Inventory.Tasks.Start(call, "RelocateVM_Task", "VirtualMachine.relocate", this, async run =>
        {
            var user = call.Caller.User.Name;
            var (host, pool) = Inventory.Place(spec, Host);
            HostInventory.CheckPool(pool, host, "spec.pool");
            var plan = spec.DeviceChange.Count > 0 ? PlanRelocated(spec.DeviceChange) : null;
            var folder = spec.Folder is { } reference ? Inventory.FindFolder(reference) : null;
            folder = folder == Parent ? null : folder;

            // What could fail after the move is done before it: the machine is to be where it was, or wholly in its new place.
            folder?.Reserve(this);
            try
            {
                await MoveAsync(host, pool, user, run).ConfigureAwait(false);
            }
            catch
            {
                folder?.GiveUp(this);
                throw;
            }

            if (folder is not null)
                MoveTo(folder);
            if (plan is not null)
                await UseAsync(static config => config, plan, user).ConfigureAwait(false);
            return null;
        });
    }

    /// <summary>What a relocation does to devices. The ports of a machine that runs are moved as they are: their connections move by the protocol.</summary>
    /// <exception cref="VimFaultException">It cannot be done.</exception>
    private DevicePlan PlanRelocated(IReadOnlyList<VirtualDeviceConfigSpec> changes)
    {
        var plan = DevicePlan.Of(changes, Machine.Devices, Config.Devices);
        if (PowerState == "poweredOff" || plan.FirstPort is not { } index)
            return plan;
        throw Fault.NotSupported(
            $"A specified parameter is not supported: spec.deviceChange[{index}]. The serial ports of a machine that is not switched off "
            + "are not changed while it is relocated: use ReconfigVM_Task before or after.");
    }

    private MethodResult StartMigrate(MethodCall call)
    {
        var host = call.Request.Optional("host", VimKinds.Reference);
        var pool = call.Request.Optional("pool", VimKinds.Reference);
        call.Request.Required("priority", VimKinds.String);
        var state = call.Request.Optional("state", VimKinds.String);
        DemandMigration(call);
        return Inventory.Tasks.Start(call, "MigrateVM_Task", "VirtualMachine.migrate", this, async run =>
        {
            if (state is not null && state != PowerState)
                throw Fault.InvalidPowerState(state, PowerState);
            var target = host is null ? Host : Inventory.FindHost(host);
            var into = pool is null ? null : Inventory.FindPool(pool);
            HostInventory.CheckPool(into, target, "pool");
            await MoveAsync(target, into, call.Caller.User.Name, run).ConfigureAwait(false);
            return null;
        });
    }

    private void DemandMigration(MethodCall call) =>
        call.Demand(this, Machine.IsPoweredOn ? Privileges.HotMigrate : Privileges.ColdMigrate);

    private async Task MoveAsync(HostEntity target, PoolEntity? pool, string user, TaskRun run)
    {
        var source = Host;
        if (source == target)
        {
            run.Commit();
            Settle(target, pool);
            return;
        }

        if (!Inventory.IsVCenter)
            throw Fault.NotSupported("A host by itself moves no machines.");
        source.CheckConnected();
        target.CheckConnected();
        if (Machine.IsPoweredOn)
        {
            run.Progress(10);
            var result = await VmotionAsync(target, run.Cancellation).ConfigureAwait(false);
            Inventory.Tell(this, result);
            if (result.Outcome != VmotionOutcome.Completed)
            {
                var fault = VmotionFaults.From(result, Name);
                Inventory.Events.Add(
                    new VmFailedMigrateEvent
                    {
                        DestHost = new HostEventArgument { Name = target.Name, Host = target.Reference },
                        Reason = fault.ToLocalized(),
                    },
                    this,
                    user,
                    $"Cannot migrate {Name} from {source.Name} to {target.Name}: {fault.Message}");
                throw fault;
            }

            run.Progress(90);
        }

        run.Commit();
        Settle(target, pool);
        Inventory.CountMigration();
        Inventory.Events.Add(
            new VmMigratedEvent { SourceHost = new HostEventArgument { Name = source.Name, Host = source.Reference } },
            this,
            user,
            $"Migration of virtual machine {Name} from {source.Name} to {target.Name} completed");
    }

    private async Task<VmotionResult> VmotionAsync(HostEntity target, CancellationToken cancellation)
    {
        // The ports of the destination dial before the machine is there.
        Volatile.Write(ref _movingTo, target);
        try
        {
            return await Vmotion.RunAsync(Machine, Inventory.VmotionFor(this), cancellation).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _movingTo, null);
        }
    }

    private MethodResult StartClone(MethodCall call)
    {
        var folder = call.Request.Required("folder", VimKinds.Reference);
        var name = call.Request.Required("name", VimKinds.String);
        var spec = call.Request.Required("spec", VimKinds.Object<VirtualMachineCloneSpec>());
        if (!Inventory.IsVCenter)
            throw Fault.NotSupported("A host by itself clones no machines: vCenter does.");
        return Inventory.Tasks.Start(call, "CloneVM_Task", "VirtualMachine.clone", this, async run =>
        {
            var place = Inventory.FindFolder(folder);
            var copy = MachineCreation.Clone(this, spec.Location?.Folder is { } other ? Inventory.FindFolder(other) : place, name, spec);
            Inventory.Events.Add(new VmCreatedEvent(), copy, call.Caller.User.Name, $"Cloned {Name} to {copy.Name}");
            if (spec.PowerOn && !spec.Template)
            {
                run.Commit();

                // It is everybody's already: switched on in its turn, like any other.
                var start = new MethodCall(SoapRequest.Of("PowerOnVM_Task", copy.Reference), call.Session, call.Peer, run.Cancellation);
                await Inventory.Tasks.WaitAsync(copy.StartPowerOn(start), run.Cancellation).ConfigureAwait(false);
            }

            return VimValue.Of(copy.Reference);
        });
    }

    private MethodResult StartRename(MethodCall call)
    {
        var name = call.Request.Required("newName", VimKinds.String);
        return Inventory.Tasks.Start(call, "Rename_Task", "ManagedEntity.rename", this, _ =>
        {
            var old = Name;
            Rename(name);
            Change(static config => config);
            Inventory.Changed(this);
            Inventory.Events.Add(new VmRenamedEvent { OldName = old, NewName = Name }, this, call.Caller.User.Name, $"Renamed {old} to {Name}");
            return (VimValue?)null;
        });
    }

    private void Rename(string name)
    {
        if (Parent is FolderEntity folder)
            folder.RenameChild(this, name);
        Machine.Name = Name;
        Inventory.Objects.Tell(this, "config");
        Inventory.Objects.Tell(this, "summary");
    }

    private void MoveTo(FolderEntity folder)
    {
        // In both for a moment rather than in none: whoever watches the whole tree must not see it leave.
        var before = Parent as FolderEntity;
        folder.TakeReserved(this);
        Parent = folder;
        before?.Release(this);
        Inventory.Changed(this);
    }

    private MethodResult StartDestroy(MethodCall call) =>
        Inventory.Tasks.Start(call, "Destroy_Task", "VirtualMachine.destroy", this, async run =>
        {
            run.Commit();
            await LeaveAsync(call.Caller.User.Name).ConfigureAwait(false);
            return null;
        });

    private async ValueTask<MethodResult> UnregisterAsync(MethodCall call)
    {
        await Inventory.Tasks.RunAsync(call, "UnregisterVM", "VirtualMachine.unregister", this, async run =>
        {
            run.Commit();
            await LeaveAsync(call.Caller.User.Name).ConfigureAwait(false);
            return null;
        }).ConfigureAwait(false);
        return MethodResult.Nothing;
    }

    private async Task LeaveAsync(string user)
    {
        if (PowerState == "poweredOn")
            throw Fault.InvalidPowerState("poweredOff", "poweredOn");
        Inventory.Release(this);
        Inventory.Events.Add(new VmRemovedEvent(), this, user, $"Removed {Name} on {Host.Name}");
        await Machine.DisposeAsync().ConfigureAwait(false);
    }
}
