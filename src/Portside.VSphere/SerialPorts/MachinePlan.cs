namespace Portside.VSphere.SerialPorts;

/// <summary>What is to be done to a machine.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Changes">Changes to its ports, in the order of the wishes; none if all is as it is wished.</param>
/// <param name="Problem">Why the wishes make no sense for this machine; null if they do.</param>
public sealed record MachinePlan(InventoryMachine Machine, IReadOnlyList<PortChange> Changes, string? Problem)
{
    /// <summary>Whether vSphere makes these changes only while the machine is off, and it is not.</summary>
    public bool NeedsPowerOff => Machine.PowerState is not (null or "poweredOff") && Changes.Any(change => change.Operation != "edit");
}
