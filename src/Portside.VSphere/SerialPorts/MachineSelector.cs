using System.Text.RegularExpressions;

namespace Portside.VSphere.SerialPorts;

/// <summary>Finds machines by what people write.</summary>
/// <remarks>
/// <code>
/// web-1                    the machine of this name
/// web-*   db-?             names with * and ?
/// /DC0/vm/prod/web-1       an inventory path, also with * and ?; also prod/web-1, its end
/// /DC0/vm/prod/            everything in a folder and the folders below it; also folder:prod
/// 5029c440-…, uuid:…       instance UUID or BIOS UUID
/// moid:vm-12               the id in the API
/// *                        everything
/// </code>
/// </remarks>
public static class MachineSelector
{
    // vSphere's longest name; whoever wrote more meant no machine.
    private const int LongestName = 80;
    private const int MostCandidates = 5;

    /// <summary>Finds machines.</summary>
    /// <param name="inventory">Where.</param>
    /// <param name="text">What people wrote.</param>
    /// <param name="byTag">Machines that have a tag (<c>tag:NAME</c>); null where tags cannot be asked for.</param>
    /// <param name="nearest">
    /// Finds the one of some names that may be meant by another, null for none of them; asked once where a name or the last part of a path
    /// is no machine's. Null where nothing is to be suggested.
    /// </param>
    /// <returns>The machines; none or several of one name are told by <see cref="MachineSelection.Problem"/>.</returns>
    public static MachineSelection Find(Inventory inventory, string text, Func<string, IReadOnlySet<string>>? byTag = null, Func<string, IEnumerable<string>, string?>? nearest = null)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        ArgumentNullException.ThrowIfNull(text);
        var machines = inventory.Machines.Where(machine => !machine.IsTemplate).ToList();
        if (Prefixed(text, "moid:") is { } moid)
            return One(text, machines.Where(machine => machine.Reference.Value == moid));
        if (Prefixed(text, "tag:") is { } tag)
        {
            return byTag is null
                ? new(text, [], $"'{text}': tags are not known here")
                : Many(text, machines.Where(machine => byTag(tag).Contains(machine.Reference.Value)), "no machine has this tag");
        }

        if (Prefixed(text, "folder:") is { } folder)
            return InFolder(inventory, text, folder.Trim('/'), machines, nearest);
        if (text.Length > 1 && text.EndsWith('/'))
            return InFolder(inventory, text, text.Trim('/'), machines, nearest);
        if ((Prefixed(text, "uuid:") ?? text) is var uuid && MachineUuid.Digits(uuid) is { Length: 32 } digits)
            return One(text, machines.Where(machine => MachineUuid.Digits(machine.InstanceUuid) == digits || MachineUuid.Digits(machine.BiosUuid) == digits));

        var isPattern = text.AsSpan().IndexOfAny('*', '?') >= 0;
        if (text.Contains('/', StringComparison.Ordinal))
        {
            var path = text.StartsWith('/') ? text : "*/" + text;
            var found = machines.Where(machine => Matches(path, machine.Path));
            return isPattern ? Many(text, found, "no machine's path is like this") : One(text, found, () => Like(machines, text[(text.LastIndexOf('/') + 1)..], nearest));
        }

        if (isPattern)
            return Many(text, machines.Where(machine => Matches(text, machine.Name)), "no machine's name is like this");
        var exact = machines.Where(machine => machine.Name == text).ToList();
        if (exact.Count == 0 && inventory.Machines.Any(machine => machine.IsTemplate && machine.Name == text))
            return new(text, [], $"'{text}' is a template: it never runs, and has no console");
        return One(
            text,
            exact.Count > 0 ? exact : machines.Where(machine => machine.Name.Equals(text, StringComparison.OrdinalIgnoreCase)),
            () => machines.Where(machine => machine.Name.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(MostCandidates).ToList() is { Count: > 0 } within
                ? within
                : Like(machines, text, nearest));
    }

    // Among ten thousand names those of another length are left out before letters are compared.
    private static List<InventoryMachine> Like(List<InventoryMachine> machines, string name, Func<string, IEnumerable<string>, string?>? nearest) =>
        nearest is not null && name.Length is > 0 and <= LongestName && nearest(name, machines.Select(machine => machine.Name).Where(other => IsAsLong(name, other))) is { } near
            ? [.. machines.Where(machine => machine.Name == near).Take(MostCandidates)]
            : [];

    private static bool IsAsLong(string name, string other) => Math.Abs(name.Length - other.Length) <= Math.Max(2, name.Length / 3);

    private static MachineSelection InFolder(
        Inventory inventory, string text, string folder, List<InventoryMachine> machines, Func<string, IEnumerable<string>, string?>? nearest)
    {
        var roots = inventory.Folders.Where(path => Matches("/" + folder, path) || Matches("*/" + folder, path)).ToList();
        return roots.Count == 0
            ? new(text, [], $"'{text}': there is no such folder{Near()}")
            : Many(text, machines.Where(machine => roots.Any(root => machine.Path.StartsWith(root + "/", StringComparison.Ordinal))), "the folder has no machine");

        string Near()
        {
            var name = Last(folder);
            return name.Length is > 0 and <= LongestName
                && nearest?.Invoke(name, inventory.Folders.Select(Last).Where(other => IsAsLong(name, other))) is { } near
                ? $"; one that is called {near} is {inventory.Folders.First(path => Last(path) == near)}/"
                : "";
        }

        static string Last(string path) => path[(path.LastIndexOf('/') + 1)..];
    }

    private static MachineSelection Many(string text, IEnumerable<InventoryMachine> found, string nothing)
    {
        var machines = found.ToList();
        return new(text, machines, machines.Count == 0 ? $"'{text}': {nothing}" : null);
    }

    private static MachineSelection One(string text, IEnumerable<InventoryMachine> found, Func<List<InventoryMachine>>? near = null)
    {
        var machines = found.ToList();
        if (machines.Count == 1)
            return new(text, machines, null);
        if (machines.Count > 1)
            return new(text, [], $"'{text}' fits {machines.Count} machines; say which by its path", machines);
        var candidates = near?.Invoke() ?? [];
        return new(text, [], $"there is no machine '{text}'{(candidates.Count > 0 ? "; did you mean" : "")}", candidates);
    }

    private static bool Matches(string pattern, string text) =>
        Regex.IsMatch(text, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.NonBacktracking);

    private static string? Prefixed(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..] : null;
}
