using System.CommandLine;
using Portside.Load.Machines;
using Portside.Load.Reports;
using Portside.Load.Streams;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>How long a vMotion waits for GOAHEAD while many machines stream: it is the guest's downtime.</summary>
internal sealed class BeginScenario : Scenario
{
    private const int TicksEach = 10;
    private const int WarmUpProbes = 200;
    private static readonly TimeSpan CountLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CountInterval = TimeSpan.FromMilliseconds(200);

    public override string Name => "begin";

    /// <summary>There is nothing to answer BEGIN in a relay; the mark is absolute.</summary>
    public override bool HasFloor => false;

    public override bool NeedsConsoles => false;

    public int Machines { get; init; } = 1000;

    /// <summary>Speed of each machine's line: ten bits to a byte.</summary>
    public int Baud { get; init; } = 115_200;

    public static Command Command()
    {
        var machines = new Option<int>("--machines") { Description = "How many stream.", DefaultValueFactory = _ => 1000 };
        var baud = new Option<int>("--baud") { Description = "Speed of each machine's line.", DefaultValueFactory = _ => 115_200 };
        return ScenarioCommand.Create(
            "begin",
            "BEGIN to GOAHEAD while machines stream.",
            [machines, baud],
            (parsed, duration) =>
            [
                new BeginScenario { Machines = parsed.GetValue(machines), Baud = parsed.GetValue(baud), Duration = duration },
            ]);
    }

    public override async Task<Outcome> MeasureAsync(Target target, CancellationToken cancellation)
    {
        var machines = Enumerable.Range(0, Machines)
            .Select(i => new StreamingMachine(new MachineIdentity(i), Pattern.Text, i * 977L, Baud / 10 / TicksEach))
            .ToArray();
        try
        {
            foreach (var machine in machines)
            {
                await machine.ConnectAsync(target, cancellation);
                machine.Resume();
            }

            var samples = new Samples();
            var refused = 0;
            using (new Pacer(machines, TicksEach))
            {
                var random = new Random(1);
                for (var i = 0; i < WarmUpProbes; i++)
                    await ProbeAsync(new Samples());
                for (var end = Environment.TickCount64 + Duration.TotalMilliseconds; Environment.TickCount64 < end;)
                    await ProbeAsync(samples);

                async Task ProbeAsync(Samples into)
                {
                    if (await machines[random.Next(machines.Length)].ProbeAsync(cancellation) is { } ticks)
                        into.Add(ticks);
                    else
                        refused++;
                    await Task.Delay(random.Next(1, 6), cancellation);
                }
            }

            var (lost, doubled) = await CountAsync(target, machines, cancellation);
            return new Outcome(
                [
                    new("BEGIN to GOAHEAD p50", "ms", samples.Milliseconds(50)),
                    new("BEGIN to GOAHEAD p99", "ms", samples.Milliseconds(99), Mark.ValueAtMost(20)),
                    new("BEGIN to GOAHEAD max", "ms", samples.Milliseconds(100)),
                    new("probes", "", samples.Count),
                ],
                lost,
                doubled,
                refused == 0 ? null : [$"{refused} times NOTNOW"]);
        }
        finally
        {
            foreach (var machine in machines)
                machine.Dispose();
        }
    }

    /// <summary>Nobody is attached, so the concentrator's own count of each port's bytes stands for them.</summary>
    private static async Task<(long Lost, long Doubled)> CountAsync(
        Target target, StreamingMachine[] machines, CancellationToken cancellation)
    {
        long lost = 0, doubled = 0;
        for (var end = Environment.TickCount64 + CountLimit.TotalMilliseconds; Environment.TickCount64 < end;)
        {
            if (await target.CountBytesFromMachinesAsync(cancellation) is not { } counts)
                return (0, 0);
            (lost, doubled) = (0, 0);
            foreach (var machine in machines)
            {
                var missing = machine.Sent - counts.GetValueOrDefault(machine.Identity.Uuid);
                lost += Math.Max(0, missing);
                doubled += Math.Max(0, -missing);
            }

            if (lost == 0 && doubled == 0)
                break;
            await Task.Delay(CountInterval, cancellation);
        }

        return (lost, doubled);
    }
}
