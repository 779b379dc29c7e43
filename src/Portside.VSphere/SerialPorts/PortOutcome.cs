namespace Portside.VSphere.SerialPorts;

/// <summary>What became of a wish.</summary>
/// <param name="Plan">What was done; no changes if nothing was left to do.</param>
/// <param name="Machine">The machine afterwards.</param>
/// <param name="Keys">Ports that were changed or added, and are there.</param>
public sealed record PortOutcome(MachinePlan Plan, InventoryMachine Machine, IReadOnlyList<int> Keys);
