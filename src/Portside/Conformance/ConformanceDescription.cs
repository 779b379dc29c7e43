using Portside.Host.Conformance;

namespace Portside.Conformance;

/// <summary>A report, for programs.</summary>
/// <param name="Proxy">The concentrator, as it was named.</param>
/// <param name="Started">When the first check began.</param>
/// <param name="DurationMilliseconds">How long all of it took.</param>
/// <param name="Passed">Checks that passed.</param>
/// <param name="Failed">Checks that failed.</param>
/// <param name="NotApplicable">Checks that could not be tried.</param>
/// <param name="Checks">Every check.</param>
internal sealed record ConformanceDescription(
    string Proxy,
    DateTimeOffset Started,
    double DurationMilliseconds,
    int Passed,
    int Failed,
    int NotApplicable,
    IReadOnlyList<CheckDescription> Checks)
{
    public static ConformanceDescription Of(ConformanceReport report) => new(
        report.Proxy,
        report.Started,
        Math.Round(report.Duration.TotalMilliseconds, 1),
        report.Count(ConformanceOutcome.Pass),
        report.Count(ConformanceOutcome.Fail),
        report.Count(ConformanceOutcome.NotApplicable),
        [.. report.Results.Select(result => CheckDescription.Of(result.Check) with
        {
            Outcome = ConformanceText.Word(result.Outcome),
            Seen = result.Seen,
            DurationMilliseconds = Math.Round(result.Duration.TotalMilliseconds, 1),
        })]);
}
