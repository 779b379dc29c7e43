namespace Portside.Host.Conformance;

/// <summary>What became of one check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Seen">What was seen, for people; one line.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ConformanceResult(ConformanceCheck Check, ConformanceOutcome Outcome, string Seen, TimeSpan Duration);
