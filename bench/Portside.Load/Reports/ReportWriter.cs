using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portside.Load.Reports;

/// <summary>Prints a report as a table or as one JSON object.</summary>
internal static class ReportWriter
{
    private static readonly ReportJson Json = new(new JsonSerializerOptions(ReportJson.Default.Options)
    {
        // The object goes to a terminal or a file, not into a page: "≥" may stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static void WriteJson(Report report, TextWriter output) =>
        output.WriteLine(JsonSerializer.Serialize(report, Json.Report));

    public static void WriteTable(Report report, TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Machine.Processor}, {report.Machine.Cores} cores, Linux {report.Machine.Kernel}, {report.Machine.Runtime}"));
        output.WriteLine();
        output.WriteLine($"{"scenario",-22} {"figure",-38} {"concentrator",12} {"floor",12} {"unit",-9} {"ratio",7} {"mark",9}");
        foreach (var figure in report.Figures)
        {
            output.WriteLine(
                $"{figure.Scenario,-22} {figure.Name,-38} {Number(figure.Value),12} {Number(figure.Floor),12} {figure.Unit,-9} "
                + $"{figure.Ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-",7} {figure.Mark,9} {Verdict(figure.Holds)}");
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bytes lost {report.Lost}, doubled {report.Doubled}"));
        foreach (var fault in report.Faults)
            output.WriteLine(fault);
    }

    private static string Number(double? value) => value switch
    {
        null => "-",
        >= 1000 or <= -1000 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 or <= -100 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static string Verdict(bool? holds) => holds switch
    {
        true => "holds",
        false => "MISSED",
        null => "",
    };
}
