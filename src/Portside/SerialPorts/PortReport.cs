using System.CommandLine;
using System.Globalization;
using Portside.Commands;
using Portside.Output;

namespace Portside.SerialPorts;

/// <summary>Writes what became of machines, or what would.</summary>
internal static class PortReport
{
    /// <summary>Writes results.</summary>
    /// <param name="global">For whom, and how.</param>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="results">The results.</param>
    /// <param name="isPlan">Whether nothing was done.</param>
    /// <param name="exit">How a change is told.</param>
    /// <returns>The exit code.</returns>
    public static int Write(GlobalOptions global, ParseResult arguments, IReadOnlyList<MachineResult> results, bool isPlan, ChangeExitOption exit)
    {
        var caller = global.Caller;
        if (global.Format(arguments) is var format and not OutputFormat.Table)
        {
            ResultText.Write(caller, format, results, SerialPortJson.Default.IReadOnlyListMachineResult);
        }
        else
        {
            foreach (var result in results)
                Write(caller, result, results.Count);
        }

        var words = results.GroupBy(result => result.Outcome).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"));
        caller.Error.WriteLine(results.Count == 0 ? "no machine is meant" : string.Join(", ", words) + (isPlan && results.All(result => result.Outcome == "unchanged") ? ": nothing to do" : ""));
        var failures = results.Where(result => result.IsFailure).ToList();
        var code = failures.Count == 0 ? ExitCode.Done : failures.All(result => result.Outcome == "refused") && failures.Count == results.Count ? ExitCode.Refused : ExitCode.Failed;
        return exit.Of(arguments, code, results.Any(result => result.Outcome is "changed" or "changed before" or "would change"));
    }

    private static void Write(Caller caller, MachineResult result, int count)
    {
        // Among many, those with nothing to tell are told as a number below.
        if (result.Outcome == "unchanged" && count > 20)
            return;
        caller.Out.WriteLine(SafeText.Of($"{result.Path}: {result.Outcome}"));
        foreach (var change in result.Changes)
        {
            var sign = change.Operation switch { "add" => '+', "remove" => '-', _ => '~' };
            caller.Out.WriteLine(SafeText.Of($"  {sign} {(change.Key is { } key ? string.Create(CultureInfo.InvariantCulture, $"{key} {change.Port}") : "a serial port")}"));
            foreach (var (field, was, becomes) in change.Differences)
                caller.Out.WriteLine(SafeText.Of($"      {field}: {(was is null ? becomes : becomes is null ? was : $"{was} -> {becomes}")}"));
        }

        foreach (var port in result.Ports)
            caller.Out.WriteLine(SafeText.Of($"  port {port.Key}: {port.State}{(port.Status is null ? "" : $", {port.Status}")}{(port.Link is null ? "" : $", link {port.Link}")}"));
        if (result.Error is not null)
            caller.Error.WriteLine($"portside: {SafeText.Of(result.Error.StartsWith(result.Path, StringComparison.Ordinal) ? result.Error : $"{result.Path}: {result.Error}")}");
        if (result.Next is not null)
            caller.Error.WriteLine($"  next: {SafeText.Of(result.Next)}");
    }
}
