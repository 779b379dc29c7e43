using Portside.SerialPorts;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.Doctor;

/// <summary>What was found of hosts, as one finding.</summary>
internal static class HostFindings
{
    /// <summary>Asks the hosts that a machine can run on.</summary>
    /// <typeparam name="T">What is asked for.</typeparam>
    /// <param name="machine">The machine.</param>
    /// <param name="ask">The question.</param>
    /// <returns>Answers, the machine's own host first; null where vSphere is left out.</returns>
    /// <exception cref="VSphereLoginException">Nobody may ask anything any more.</exception>
    public static async Task<IReadOnlyList<HostAnswer<T>>?> AskAsync<T>(MachineCase machine, Func<HostChecks, InventoryHost, Task<T>> ask)
        where T : class => machine is { Machine: { } found, Hosts: { } checks, Inventory: { } inventory }
        ? await HostAnswer<T>.OfAsync(HostChecks.HostsOf(inventory, found), host => ask(checks, host))
        : null;

    /// <summary>One finding: a break at any host, else what is least certain.</summary>
    /// <param name="verdicts">Verdicts on hosts.</param>
    /// <param name="consequence">What a break at a host means where others are right; null for nothing more than that.</param>
    public static Finding Of(IReadOnlyList<HostVerdict> verdicts, string? consequence = null)
    {
        if (verdicts.FirstOrDefault(verdict => verdict.IsRight == false) is { } first)
        {
            var same = verdicts.Where(verdict => verdict.IsRight == false && verdict.Detail == first.Detail).ToList();
            var isPartial = consequence is not null && verdicts.Any(verdict => verdict.IsRight == true);
            return Finding.Broken($"{Names(same)}: {first.Detail}{(isPartial ? $": {consequence}" : "")}", HostVerdict.RepairOf(same));
        }

        var silent = verdicts.Where(verdict => verdict.IsRight is null).ToList();
        return verdicts.Count == 0 ? Finding.Unknown("the account does not see the machine's host")
            : silent.Count > 0 ? Finding.Unknown(Told(silent))
            : Finding.Ok(Told(verdicts));
    }

    /// <summary>What was found, hosts of which the same was found together.</summary>
    public static string Told(IEnumerable<HostVerdict> verdicts) => string.Join("; ", verdicts.GroupBy(verdict => verdict.Detail).Select(same => $"{Names(same)}: {same.Key}"));

    private static string Names(IEnumerable<HostVerdict> verdicts) => string.Join(", ", verdicts.Select(verdict => verdict.Host).Distinct());
}
