using Portside.Commands;
using Portside.SerialPorts;
using Spectre.Console;

namespace Portside.Output;

/// <summary>Machines' serial ports as tables.</summary>
internal static class SerialPortTables
{
    /// <summary>Writes ports, in their order.</summary>
    /// <param name="caller">Who reads them.</param>
    /// <param name="rows">The ports.</param>
    /// <param name="hasDrift">Whether they were compared with a wanted state.</param>
    public static void Write(Caller caller, IReadOnlyList<SerialPortDescription> rows, bool hasDrift)
    {
        string[] headers = ["MACHINE", "KEY", "LABEL", "STATE", "STATUS", "DIRECTION", "SERVICE URI", "PROXY URI", "HOST"];
        Drawing.WriteRows(caller, hasDrift ? [.. headers, "DRIFT"] : headers, rows, row =>
        [
            Drawing.Cell(row.Path),
            Drawing.Cell(row.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Drawing.Cell(row.Label ?? "-"),
            Drawing.Cell(row.State, ColorOf(row.State)),
            Drawing.Cell(row.Status ?? "-"),
            Drawing.Cell(row.Direction),
            Drawing.Cell(row.ServiceUri),
            Drawing.Cell(row.ProxyUri ?? "-"),
            Drawing.Cell(row.Host ?? "-"),
            .. !hasDrift ? Array.Empty<Text>()
                : row.Drift is { Count: > 0 } drift ? [Drawing.Cell(string.Join(", ", drift.Select(one => one.Field)), Color.Yellow)] : [Drawing.Cell("-")],
        ]);
    }

    /// <summary>Checks, in their order.</summary>
    /// <param name="checks">The checks.</param>
    /// <returns>The table.</returns>
    public static Table Checks(IEnumerable<CheckResult> checks)
    {
        var table = Drawing.Columns("CHECK", "WHERE", "RESULT", "DETAIL");
        foreach (var check in checks)
        {
            table.AddRow(
                Drawing.Cell(check.Check),
                Drawing.Cell(check.Where),
                Drawing.Cell(check.Result, check.Result switch { "ok" => Color.Green, "failed" => Color.Red, _ => Color.Yellow }),
                Drawing.Cell(check.Detail));
        }

        return table;
    }

    private static Color? ColorOf(string state) => state switch
    {
        "connected" => Color.Green,
        "lost" or "failed" => Color.Red,
        "connecting" => Color.Yellow,
        _ => null,
    };
}
