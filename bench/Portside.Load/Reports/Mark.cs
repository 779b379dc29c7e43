using System.Globalization;

namespace Portside.Load.Reports;

/// <summary>What a figure has to hold: a bound on the value itself, or on its ratio to the floor's.</summary>
/// <param name="Bound">The bound.</param>
/// <param name="OfFloor">The bound is of value / floor.</param>
/// <param name="AtMost">The figure may not exceed the bound; otherwise it must reach it.</param>
internal sealed record Mark(double Bound, bool OfFloor, bool AtMost)
{
    public static Mark AtLeastOfFloor(double ratio) => new(ratio, OfFloor: true, AtMost: false);

    public static Mark AtMostOfFloor(double ratio) => new(ratio, OfFloor: true, AtMost: true);

    public static Mark ValueAtLeast(double value) => new(value, OfFloor: false, AtMost: false);

    public static Mark ValueAtMost(double value) => new(value, OfFloor: false, AtMost: true);

    /// <returns>Null when there is nothing to compare.</returns>
    public bool? Holds(double? value, double? ratio) =>
        (OfFloor ? ratio : value) is { } measured ? (AtMost ? measured <= Bound : measured >= Bound) : null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(AtMost ? "≤" : "≥")} {Bound:0.###}{(OfFloor ? " x" : "")}");
}
