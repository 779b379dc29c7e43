namespace Portside.Load.Reports;

/// <summary>What one run of a scenario on one target gave.</summary>
/// <param name="Measurements">The numbers, in the order they are shown.</param>
/// <param name="Lost">Bytes sent and never received.</param>
/// <param name="Doubled">Bytes received more than once or out of place.</param>
/// <param name="Faults">What went wrong, in words; the first of each stream.</param>
internal sealed record Outcome(
    IReadOnlyList<Measurement> Measurements, long Lost = 0, long Doubled = 0, IReadOnlyList<string>? Faults = null);
