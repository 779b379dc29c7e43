using System.CommandLine;
using System.Net;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>What every scenario's command has in common: which concentrator, how long, and how to print.</summary>
internal static class ScenarioCommand
{
    /// <param name="name">The subcommand.</param>
    /// <param name="description">What it measures.</param>
    /// <param name="own">Options of this scenario alone.</param>
    /// <param name="build">The scenarios to run, from the parsed command line and the measured part's duration.</param>
    public static Command Create(
        string name, string description, IEnumerable<Option> own, Func<ParseResult, TimeSpan, IEnumerable<Scenario>> build)
    {
        var vm = new Option<string?>("--vm") { Description = "ADDR:PORT that machines dial, of a concentrator that runs." };
        var http = new Option<Uri?>("--http") { Description = "Base address of its HTTP API." };
        var pid = new Option<int?>("--pid") { Description = "Its process, for memory, descriptors and processor time." };
        var serve = new Option<string?>("--serve")
        {
            Description = "Start one for each measurement: a command line that serves, or the path of portside or portside.dll.",
        };
        var floor = new Option<bool>("--floor")
        {
            Description = "Run the same against the floor and print ratios; --floor false leaves that out.",
            DefaultValueFactory = _ => true,
        };
        var seconds = new Option<double>("--seconds") { Description = "Length of each measured part.", DefaultValueFactory = _ => 10 };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Repeat floor and concentrator by turns and show medians.",
            DefaultValueFactory = _ => 1,
        };
        var output = new Option<string>("-o") { Description = "table or json.", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");

        var command = new Command(name, description) { vm, http, pid, serve, floor, seconds, rounds, output };
        foreach (var option in own)
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(vm) is { } address && !IPEndPoint.TryParse(address, out _))
                result.AddError($"--vm takes ADDR:PORT, not \"{address}\".");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new TargetOptions
            {
                Machines = parsed.GetValue(vm) is { } address ? IPEndPoint.Parse(address) : null,
                Http = parsed.GetValue(http),
                ProcessId = parsed.GetValue(pid),
                Serve = parsed.GetValue(serve),
            };
            var runner = new ScenarioRunner(options, parsed.GetValue(floor), parsed.GetValue(rounds));
            var scenarios = build(parsed, TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            var report = await runner.RunAsync(scenarios, cancellation);
            if (parsed.GetValue(output) == "json")
                ReportWriter.WriteJson(report, Console.Out);
            else
                ReportWriter.WriteTable(report, Console.Out);
            return report.Faults.Count != 0 || report.Lost != 0 || report.Doubled != 0 ? 1 : 0;
        });
        return command;
    }
}
