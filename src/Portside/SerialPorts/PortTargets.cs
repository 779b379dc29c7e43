using Portside.Commands;
using Portside.Lines.Uris;
using Portside.Output;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>Machines of an inventory that were meant.</summary>
internal static class PortTargets
{
    // More candidates than this help nobody to choose.
    private const int Shown = 8;

    // Of a list in which nothing fits, the first are enough to see what is wrong with it.
    private const int ShownProblems = 20;

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
            var selection = Find(inventory, selector, tags, suggests: problems.Count < ShownProblems);
            found.UnionWith(selection.Machines);
            if (selection.Problem is not null)
                problems.Add(Explain(selection));
        }

        return problems.Count == 0
            ? [.. inventory.Machines.Where(found.Contains)]
            : throw new CommandFailure(ExitCode.NotFound, Joined(problems), "portside port ls");
    }

    /// <summary>Finds what one selector means, with machines of a name like it where it means none.</summary>
    /// <param name="inventory">Where.</param>
    /// <param name="selector">What people wrote.</param>
    /// <param name="tags">Machines that have a tag.</param>
    /// <param name="suggests">Whether names are compared: for each word that is all names of the inventory.</param>
    /// <returns>The machines, or the problem.</returns>
    public static MachineSelection Find(Inventory inventory, string selector, Func<string, IReadOnlySet<string>>? tags, bool suggests = true) =>
        MachineSelector.Find(inventory, selector, tags, suggests ? Spelling.Nearest : null);

    /// <summary>Problems for people, those that nobody reads to the end as a number.</summary>
    /// <param name="problems">The problems.</param>
    /// <returns>Lines.</returns>
    public static string Joined(IReadOnlyList<string> problems) => string.Join(
        '\n', [.. problems.Take(ShownProblems), .. problems.Count > ShownProblems ? [$"and {problems.Count - ShownProblems} more"] : Array.Empty<string>()]);

    /// <summary>A selector's problem in words, with candidates.</summary>
    public static string Explain(MachineSelection selection)
    {
        var candidates = selection.Candidates ?? [];
        var lines = candidates.Take(Shown).Select(machine => $"  {SafeText.Of(machine.Path)}, {machine.InstanceUuid ?? machine.Reference.Value}{(machine.PowerState is null ? "" : $", {machine.PowerState}")}");
        return string.Join('\n', [selection.Problem + (candidates.Count > 0 ? ":" : ""), .. lines, .. candidates.Count > Shown ? [$"  and {candidates.Count - Shown} more"] : Array.Empty<string>()]);
    }
}
