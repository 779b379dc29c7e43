using System.CommandLine;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>What a machine costs that says nothing: memory, descriptors and processor time.</summary>
internal sealed class IdleScenario : Scenario
{
    private const int WarmUpIndex = 90_000;
    private const int WarmUpMachines = 500;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public override string Name => Consoles ? "idle, with consoles" : "idle";

    public int Machines { get; init; } = 5000;

    /// <summary>Each port has a console-telnet listener too.</summary>
    public bool Consoles { get; init; }

    public override bool NeedsConsoles => Consoles;

    public override bool HasFloor => !Consoles;

    public static Command Command()
    {
        var machines = new Option<int>("--machines") { Description = "How many.", DefaultValueFactory = _ => 5000 };
        return ScenarioCommand.Create(
            "idle",
            "Memory and descriptors of an idle machine; with --serve also with a console-telnet listener for each.",
            [machines],
            (parsed, duration) => Both(parsed.GetValue(machines), duration));
    }

    public static IEnumerable<Scenario> Both(int machines, TimeSpan duration) =>
    [
        new IdleScenario { Machines = machines, Duration = duration },
        new IdleScenario { Machines = machines, Duration = duration, Consoles = true },
    ];

    public override async Task<Outcome> MeasureAsync(Target target, CancellationToken cancellation)
    {
        if (target.ProcessId is null)
            throw new InvalidOperationException("Memory is read from the concentrator's process: give --serve or --pid.");

        // Compiled code and the pools' first blocks belong to the program, not to a machine.
        (await Crowd.ConnectAsync(target, WarmUpIndex, WarmUpMachines, 100, keep: false, cancellation: cancellation)).Dispose();
        await Task.Delay(Settle, cancellation);
        var before = target.Sample()!.Value;

        using var crowd = await Crowd.ConnectAsync(target, 0, Machines, 100, cancellation: cancellation);
        await Task.Delay(Settle, cancellation);
        var connected = target.Sample()!.Value;
        await Task.Delay(Duration, cancellation);
        var after = target.Sample()!.Value;

        // Two decimals: a descriptor or two of the program's own, opened meanwhile, are not a machine's.
        var descriptors = Math.Round((double)(after.Descriptors - before.Descriptors) / Machines, 2);
        var memory = Math.Max(connected.RssBytes, after.RssBytes) - before.RssBytes;
        var ended = crowd.CountEnded();
        return new Outcome(
            [
                new("memory per machine", "KiB", memory / 1024.0 / Machines, Consoles ? null : Mark.ValueAtMost(12)),
                new("descriptors per machine", "", descriptors, Consoles ? null : Mark.ValueAtMost(1)),
                new("processor, all idle", "%", (after.Cpu - connected.Cpu) / Duration * 100),
                new("memory before", "MiB", before.RssBytes / 1048576.0),
            ],
            Faults: ended == 0 ? null : [$"{ended} idle links were closed"]);
    }
}
