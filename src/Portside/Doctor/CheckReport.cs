namespace Portside.Doctor;

/// <summary>One check, as programs read it.</summary>
/// <param name="Check">Its name.</param>
/// <param name="State"><c>ok</c>, <c>broken</c>, <c>unknown</c> or <c>skipped</c>.</param>
/// <param name="Evidence">What was seen, in words.</param>
/// <param name="Repair">The command that repairs it; null where nothing is to be repaired.</param>
internal sealed record CheckReport(string Check, string State, string Evidence, string? Repair)
{
    /// <summary>What was found, under the check's name.</summary>
    public static CheckReport Of(string check, Finding finding) => new(check, Word(finding.State), finding.Evidence, finding.Repair);

    /// <summary>Whether it is what is wrong.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsBroken => State == "broken";

    /// <summary>Whether it lies behind a break, and was not looked at for that.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsBehindBreak { get; init; }

    private static string Word(CheckState state) => state switch
    {
        CheckState.Ok => "ok",
        CheckState.Broken => "broken",
        CheckState.Unknown => "unknown",
        _ => "skipped",
    };
}
