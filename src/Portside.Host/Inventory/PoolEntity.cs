using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A resource pool: the machines that run from it.</summary>
public sealed class PoolEntity : ManagedEntity
{
    private readonly Members<MachineEntity> _machines = new();
    private readonly ComputeEntity _owner;

    internal PoolEntity(HostInventory inventory, string name, ManagedEntity parent, ComputeEntity owner)
        : base(inventory, inventory.NewReference("ResourcePool", "resgroup-", "ha-root-pool"), name, parent) =>
        _owner = owner;

    /// <summary>Properties and methods.</summary>
    public static ManagedType PoolType { get; } = new ManagedType<PoolEntity>("ResourcePool", EntityType)
        .Property("owner", static o => VimValue.Of(o._owner.Reference))
        .Property("vm", static o => o._machines.References)
        .Property("resourcePool", static _ => VimValue.Of(Array.Empty<ManagedObjectReference>()))
        .Property("summary", static o => VimValue.Of(new ResourcePoolSummary { Name = o.Name }))
        .Unset("childConfiguration", "config", "runtime", "namespace");

    /// <inheritdoc/>
    public override ManagedType Type => PoolType;

    /// <summary>The cluster or host it is of.</summary>
    public ComputeEntity Owner => _owner;

    internal void Take(MachineEntity machine)
    {
        _machines.Add(machine);
        Inventory.Objects.Tell(this, "vm");
    }

    internal void Release(MachineEntity machine)
    {
        _machines.Remove(machine);
        Inventory.Objects.Tell(this, "vm");
    }
}
