namespace Portside.Load.Reports;

/// <summary>All that a run found; with <c>-o json</c> exactly this object.</summary>
internal sealed record Report
{
    public required TestBed Machine { get; init; }

    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>Bytes lost by the concentrator and the floor, over all scenarios.</summary>
    public required long Lost { get; init; }

    public required long Doubled { get; init; }

    public required IReadOnlyList<string> Faults { get; init; }
}
