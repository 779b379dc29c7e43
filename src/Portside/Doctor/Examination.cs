using Portside.Api.Remote;
using Portside.VSphere.Client;

namespace Portside.Doctor;

/// <summary>Runs checks one after the other.</summary>
internal static class Examination
{
    /// <summary>Walks a chain and stops at the first break: what lies behind it cannot work.</summary>
    /// <param name="checks">The chain.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>A report of each check; those behind the break are skipped.</returns>
    public static async Task<IReadOnlyList<CheckReport>> WalkAsync(IEnumerable<DoctorCheck> checks, CancellationToken cancellation)
    {
        var reports = new List<CheckReport>();
        CheckReport? broken = null;
        foreach (var check in checks)
        {
            var report = broken is null
                ? CheckReport.Of(check.Name, await LookAsync(check, cancellation))
                : CheckReport.Of(check.Name, Finding.Skipped($"not looked at: {broken.Check} comes first")) with { IsBehindBreak = true };
            if (report.IsBroken)
                broken = report;
            reports.Add(report);
        }

        return reports;
    }

    /// <summary>Makes checks that have nothing to do with each other.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>A report of each.</returns>
    public static async Task<IReadOnlyList<CheckReport>> LookAtAllAsync(IEnumerable<DoctorCheck> checks, CancellationToken cancellation)
    {
        var reports = new List<CheckReport>();
        foreach (var check in checks)
            reports.Add(CheckReport.Of(check.Name, await LookAsync(check, cancellation)));
        return reports;
    }

    // An account that may not see something, and a server that does not answer about it, have not shown a break.
    private static async Task<Finding> LookAsync(DoctorCheck check, CancellationToken cancellation)
    {
        try
        {
            return await check.RunAsync(cancellation);
        }
        catch (VSphereException e)
        {
            return Finding.Unknown(e.Next is null ? e.Message : $"{e.Message}: {e.Next}");
        }
        catch (ApiException e)
        {
            return Finding.Unknown(e.Message);
        }
    }
}
