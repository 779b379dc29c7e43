using System.Globalization;
using Portside.Api.Contracts;
using Portside.Configuration.Syntax;
using Spectre.Console;

namespace Portside.Output;

/// <summary>Cables as a table.</summary>
internal static class CableTable
{
    /// <summary>Cables, by name.</summary>
    /// <param name="cables">The cables.</param>
    /// <returns>The table.</returns>
    public static Table Of(IEnumerable<CableDescription> cables)
    {
        var table = Drawing.Columns("CABLE", "A", "B", "STATE", "A TO B", "B TO A", "MISSED", "MADE WORSE");
        foreach (var cable in cables)
        {
            table.AddRow(
                Drawing.Cell(cable.Name),
                Drawing.Cell(End(cable.A, cable.AName)),
                Drawing.Cell(End(cable.B, cable.BName)),
                Drawing.Cell(cable.Joined ? "joined" : cable.Detail ?? "not joined", cable.Joined ? Color.Green : Color.Yellow),
                Drawing.Cell(ByteCount.Of(cable.BytesToB)),
                Drawing.Cell(ByteCount.Of(cable.BytesToA)),
                Drawing.Cell(cable.Missed == 0 ? "-" : ByteCount.Of(cable.Missed)),
                Drawing.Cell(Worse(cable)));
        }

        return table;
    }

    /// <summary>What is plugged in, for people.</summary>
    /// <param name="end">A port's id or a line's URI; null for nothing.</param>
    /// <param name="name">The machine's name, where known.</param>
    /// <returns>The name where there is one.</returns>
    public static string End(string? end, string? name) => name ?? end ?? "-";

    private static string Worse(CableDescription cable)
    {
        var words = new List<string>();
        if (cable.DelayMilliseconds > 0)
            words.Add($"delay {DurationSyntax.Any.Format(TimeSpan.FromMilliseconds(cable.DelayMilliseconds))}");
        if (cable.Loss > 0)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"loss {cable.Loss}"));
        if (cable.Baud is { } baud)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{baud} baud"));
        return words.Count == 0 ? "-" : string.Join(", ", words);
    }
}
