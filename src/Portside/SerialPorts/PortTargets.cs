using Portside.Commands;
using Portside.Output;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>Machines of an inventory that were meant.</summary>
internal static class PortTargets
{
    // More candidates than this help nobody to choose.
    private const int Shown = 8;

    /// <summary>Reads an inventory, with progress on a terminal.</summary>
    public static async Task<Inventory> ReadAsync(VSphereSession session, string? datacenter, Caller caller, CancellationToken cancellation)
    {
        using var progress = new ProgressLine(caller);
        var inventory = await Inventory.ReadAsync(session, progress.Counting("machines read"), cancellation);
        return datacenter is null ? inventory : inventory.Within(datacenter)
            ?? throw new CommandFailure(ExitCode.NotFound, $"there is no datacenter '{datacenter}'", "leave --datacenter and GOVC_DATACENTER out");
    }

    /// <summary>Finds all machines that are meant, each once, in the inventory's order.</summary>
    /// <exception cref="CommandFailure">A selector finds none, or several where one is meant; nothing is done then.</exception>
    public static async Task<IReadOnlyList<InventoryMachine>> FindAsync(
        Inventory inventory, IReadOnlyList<string> selectors, VSphereSession session, CancellationToken cancellation)
    {
        var tags = await Tags.AskAsync(session, selectors, cancellation);
        var found = new HashSet<InventoryMachine>(ReferenceEqualityComparer.Instance);
        var problems = new List<string>();
        foreach (var selector in selectors)
        {
            var selection = MachineSelector.Find(inventory, selector, tags);
            found.UnionWith(selection.Machines);
            if (selection.Problem is not null)
                problems.Add(Explain(selection));
        }

        return problems.Count == 0
            ? [.. inventory.Machines.Where(found.Contains)]
            : throw new CommandFailure(ExitCode.NotFound, string.Join('\n', problems), "portside port ls");
    }

    /// <summary>A selector's problem in words, with candidates.</summary>
    public static string Explain(MachineSelection selection)
    {
        var candidates = selection.Candidates ?? [];
        var lines = candidates.Take(Shown).Select(machine => $"  {SafeText.Of(machine.Path)}, {machine.InstanceUuid ?? machine.Reference.Value}{(machine.PowerState is null ? "" : $", {machine.PowerState}")}");
        return string.Join('\n', [selection.Problem + (candidates.Count > 0 ? ":" : ""), .. lines, .. candidates.Count > Shown ? [$"  and {candidates.Count - Shown} more"] : Array.Empty<string>()]);
    }
}
