namespace Portside.Load.Reports;

/// <summary>One line of the report: the concentrator's number beside the floor's.</summary>
internal sealed record Figure
{
    public required string Scenario { get; init; }

    public required string Name { get; init; }

    public required string Unit { get; init; }

    /// <summary>The concentrator's; the median where there were several rounds.</summary>
    public double? Value { get; init; }

    /// <summary>The floor's, measured in the same run.</summary>
    public double? Floor { get; init; }

    /// <summary>Value / floor.</summary>
    public double? Ratio { get; init; }

    /// <summary>What it has to hold, such as "≥ 0.8 x".</summary>
    public string? Mark { get; init; }

    public bool? Holds { get; init; }
}
