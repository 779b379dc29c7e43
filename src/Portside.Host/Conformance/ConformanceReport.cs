namespace Portside.Host.Conformance;

/// <summary>What became of all checks that were asked for.</summary>
/// <param name="Proxy">The concentrator, as it was named.</param>
/// <param name="Started">When the first began.</param>
/// <param name="Duration">How long all of it took.</param>
/// <param name="Results">One for each check, in their order.</param>
public sealed record ConformanceReport(string Proxy, DateTimeOffset Started, TimeSpan Duration, IReadOnlyList<ConformanceResult> Results)
{
    /// <summary>Whether nothing failed.</summary>
    public bool Passed => Results.All(result => result.Outcome != ConformanceOutcome.Fail);

    /// <summary>How many ended so.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The number.</returns>
    public int Count(ConformanceOutcome outcome) => Results.Count(result => result.Outcome == outcome);
}
