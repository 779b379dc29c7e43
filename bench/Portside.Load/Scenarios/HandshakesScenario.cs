using System.CommandLine;
using System.Diagnostics;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>How fast machines become ports: connect, negotiate, DO-PROXY, identify, WILL-PROXY.</summary>
internal sealed class HandshakesScenario : Scenario
{
    private const int WarmUpIndex = 90_000;
    private const int WarmUpMachines = 3000;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public override string Name => "handshakes";

    public int Machines { get; init; } = 5000;

    public int AtOnce { get; init; } = 200;

    /// <summary>Close each link when it is done; otherwise all machines are connected in the end.</summary>
    public bool Close { get; init; }

    public static Command Command()
    {
        var machines = new Option<int>("--machines") { Description = "How many.", DefaultValueFactory = _ => 5000 };
        var atOnce = new Option<int>("--at-once") { Description = "Handshakes under way at a time.", DefaultValueFactory = _ => 200 };
        var close = new Option<bool>("--close") { Description = "Close each link when it is done, instead of keeping all." };
        return ScenarioCommand.Create(
            "handshakes",
            "Full handshakes per second.",
            [machines, atOnce, close],
            (parsed, _) =>
            [
                new HandshakesScenario
                {
                    Machines = parsed.GetValue(machines),
                    AtOnce = parsed.GetValue(atOnce),
                    Close = parsed.GetValue(close),
                },
            ]);
    }

    public override async Task<Outcome> MeasureAsync(Target target, CancellationToken cancellation)
    {
        // Some thousands first, and a pause in which the runtime finishes its better code: a concentrator runs for months.
        (await Crowd.ConnectAsync(target, WarmUpIndex, WarmUpMachines, AtOnce, keep: false, cancellation: cancellation)).Dispose();
        await Task.Delay(Settle, cancellation);

        var samples = new Samples();
        var before = target.Sample();
        var start = Stopwatch.GetTimestamp();
        using var crowd = await Crowd.ConnectAsync(target, 0, Machines, AtOnce, !Close, samples, cancellation);
        var elapsed = Stopwatch.GetElapsedTime(start);

        var measurements = new List<Measurement>
        {
            new("full handshakes", "/s", Machines / elapsed.TotalSeconds, Mark.AtLeastOfFloor(0.5)),
            new("handshake p50", "ms", samples.Milliseconds(50)),
            new("handshake p99", "ms", samples.Milliseconds(99)),
        };
        measurements.AddRange(CpuEach(target, before, Machines, "processor time per handshake"));
        if (!Close)
            measurements.Add(new("receives per handshake", "", crowd.Links.Average(link => link.Reads)));
        var ended = crowd.CountEnded();
        return new Outcome(measurements, Faults: ended == 0 ? null : [$"{ended} links were closed after their handshake"]);
    }
}
