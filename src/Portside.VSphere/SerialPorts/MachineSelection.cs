namespace Portside.VSphere.SerialPorts;

/// <summary>What a selector found.</summary>
/// <param name="Text">The selector.</param>
/// <param name="Machines">The machines; none where there is a problem.</param>
/// <param name="Problem">Why there are none; null where there are some.</param>
/// <param name="Candidates">Machines that may be meant.</param>
public sealed record MachineSelection(
    string Text, IReadOnlyList<InventoryMachine> Machines, string? Problem, IReadOnlyList<InventoryMachine>? Candidates = null);
