using Portside.Host.Conformance;

namespace Portside.Conformance;

/// <summary>A check, and what became of it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Title">What is wanted.</param>
/// <param name="Clause">Where that is asked for.</param>
/// <param name="NeedsConsole">Whether it needs a way to the port's console.</param>
internal sealed record CheckDescription(string Id, string Title, string Clause, bool NeedsConsole)
{
    /// <summary><c>pass</c>, <c>fail</c> or <c>not applicable</c>; null where it was not tried.</summary>
    public string? Outcome { get; init; }

    /// <summary>What was seen; null where it was not tried.</summary>
    public string? Seen { get; init; }

    /// <summary>How long it took; null where it was not tried.</summary>
    public double? DurationMilliseconds { get; init; }

    public static CheckDescription Of(ConformanceCheck check) => new(check.Id, check.Title, check.Clause, check.NeedsConsole);
}
