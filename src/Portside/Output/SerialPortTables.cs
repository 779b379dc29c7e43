using Portside.SerialPorts;
using Spectre.Console;

namespace Portside.Output;

/// <summary>Machines' serial ports as tables.</summary>
internal static class SerialPortTables
{
    /// <summary>Ports, in their order.</summary>
    /// <param name="rows">The ports.</param>
    /// <param name="hasDrift">Whether they were compared with a wanted state.</param>
    /// <returns>The table.</returns>
    public static Table Ports(IEnumerable<SerialPortDescription> rows, bool hasDrift)
    {
        string[] headers = ["MACHINE", "KEY", "LABEL", "STATE", "STATUS", "DIRECTION", "SERVICE URI", "PROXY URI", "HOST"];
        var table = Drawing.Columns(hasDrift ? [.. headers, "DRIFT"] : headers);
        foreach (var row in rows)
        {
            var cells = new List<Text>
            {
                Drawing.Cell(row.Path),
                Drawing.Cell(row.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                Drawing.Cell(row.Label ?? "-"),
                Drawing.Cell(row.State, ColorOf(row.State)),
                Drawing.Cell(row.Status ?? "-"),
                Drawing.Cell(row.Direction),
                Drawing.Cell(row.ServiceUri),
                Drawing.Cell(row.ProxyUri ?? "-"),
                Drawing.Cell(row.Host ?? "-"),
            };
            if (hasDrift)
                cells.Add(row.Drift is { Count: > 0 } drift ? Drawing.Cell(string.Join(", ", drift.Select(one => one.Field)), Color.Yellow) : Drawing.Cell("-"));
            table.AddRow(cells);
        }

        return table;
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
