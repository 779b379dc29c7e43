namespace Portside.Doctor;

/// <summary>What a check found.</summary>
/// <param name="State">What came of it.</param>
/// <param name="Evidence">What was seen, in words, without a full stop.</param>
/// <param name="Repair">The one command that repairs it; null where nothing is to be repaired.</param>
internal sealed record Finding(CheckState State, string Evidence, string? Repair = null)
{
    /// <summary>As it has to be.</summary>
    public static Finding Ok(string evidence) => new(CheckState.Ok, evidence);

    /// <summary>Not as it has to be.</summary>
    public static Finding Broken(string evidence, string repair) => new(CheckState.Broken, evidence, repair);

    /// <summary>Not to be found out.</summary>
    public static Finding Unknown(string evidence) => new(CheckState.Unknown, evidence);

    /// <summary>Not looked at.</summary>
    public static Finding Skipped(string evidence) => new(CheckState.Skipped, evidence);

    /// <summary>One finding for several ports: the first break, else all of them with the least certain state.</summary>
    /// <param name="findings">What was found of each, with the port's name.</param>
    /// <returns>The finding.</returns>
    public static Finding OfAll(IReadOnlyList<(string Port, Finding Finding)> findings)
    {
        if (findings.Count == 1)
            return findings[0].Finding;
        if (findings.FirstOrDefault(one => one.Finding.State == CheckState.Broken) is (not null, _) broken)
            return broken.Finding with { Evidence = $"{broken.Port}: {broken.Finding.Evidence}" };
        CheckState[] order = [CheckState.Unknown, CheckState.Ok, CheckState.Skipped];
        return new(
            order.First(state => state == CheckState.Skipped || findings.Any(one => one.Finding.State == state)),
            string.Join("; ", findings.Select(one => $"{one.Port}: {one.Finding.Evidence}")));
    }
}
