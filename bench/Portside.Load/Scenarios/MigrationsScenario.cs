using System.CommandLine;
using System.Diagnostics;
using Portside.Load.Clients;
using Portside.Load.Machines;
using Portside.Load.Reports;
using Portside.Load.Streams;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>
/// How many vMotions a second a concentrator sustains, while each machine streams to a client and the client to the
/// machine at the speed of a serial line, both verified across all moves.
/// </summary>
internal sealed class MigrationsScenario : Scenario
{
    private const int TicksEach = 10;

    public override string Name => "migrations";

    /// <summary>A relay has no vMotion; the mark is absolute.</summary>
    public override bool HasFloor => false;

    public int Machines { get; init; } = 64;

    public int Baud { get; init; } = 115_200;

    /// <summary>Longest random pause of a machine between two moves.</summary>
    public int PauseMilliseconds { get; init; } = 40;

    public ClientStyle Style { get; init; }

    public static Command Command()
    {
        var machines = new Option<int>("--machines") { Description = "How many, all moving.", DefaultValueFactory = _ => 64 };
        var baud = new Option<int>("--baud") { Description = "Speed of each line, each way.", DefaultValueFactory = _ => 115_200 };
        var pause = new Option<int>("--pause")
        {
            Description = "Longest random pause of a machine between two moves, in ms.",
            DefaultValueFactory = _ => 40,
        };
        var style = Styles.Option();
        return ScenarioCommand.Create(
            "migrations",
            "Sustained migrations per second of live two-way streams.",
            [machines, baud, pause, style],
            (parsed, duration) =>
            [
                new MigrationsScenario
                {
                    Machines = parsed.GetValue(machines),
                    Baud = parsed.GetValue(baud),
                    PauseMilliseconds = parsed.GetValue(pause),
                    Style = parsed.GetValue(style),
                    Duration = duration,
                },
            ]);
    }

    public override async Task<Outcome> MeasureAsync(Target target, CancellationToken cancellation)
    {
        var streams = new List<TwoWayStream>();
        try
        {
            for (var i = 0; i < Machines; i++)
                streams.Add(await TwoWayStream.OpenAsync(target, i, Baud / 10 / TicksEach, Style, cancellation));
            await Task.WhenAll(streams.Select(stream => stream.SyncAsync(cancellation)));

            var downtime = new Samples();
            var refused = 0;
            ProcessSample? before;
            TimeSpan elapsed;
            IPaced[] paced = [.. streams.Select(stream => stream.Machine), .. streams.Select(stream => stream.Typist)];
            using (new Pacer(paced, TicksEach))
            {
                before = target.Sample();
                var start = Stopwatch.GetTimestamp();
                var end = Environment.TickCount64 + (long)Duration.TotalMilliseconds;
                await Task.WhenAll(streams.Select((stream, i) => MoveAsync(stream.Machine, new Random(i), end)));
                elapsed = Stopwatch.GetElapsedTime(start);
                // The pacer's thread is joined at the end of this block: not by a thread that polls sockets.
                await Task.Yield();
            }

            var cpu = CpuEach(target, before, downtime.Count, "processor time per migration").ToArray();
            var outcomes = await Task.WhenAll(streams.Select(stream => stream.StopAsync(cancellation)));
            return new Outcome(
                [
                    new("migrations", "/s", downtime.Count / elapsed.TotalSeconds, Mark.ValueAtLeast(200)),
                    new("BEGIN to COMPLETE p50", "ms", downtime.Milliseconds(50)),
                    new("BEGIN to COMPLETE p99", "ms", downtime.Milliseconds(99)),
                    .. cpu,
                    new("bytes verified, both ways", "MB", streams.Sum(stream => stream.Verified) / 1e6),
                ],
                outcomes.Sum(outcome => outcome.Lost),
                outcomes.Sum(outcome => outcome.Doubled),
                [.. outcomes.SelectMany(outcome => outcome.Faults ?? []), .. refused == 0 ? [] : (string[])[$"{refused} times NOTNOW"]]);

            async Task MoveAsync(StreamingMachine machine, Random random, long end)
            {
                while (Environment.TickCount64 < end)
                {
                    await Task.Delay(random.Next(0, PauseMilliseconds + 1), cancellation);
                    if (!await machine.MigrateAsync(target, finFirst: random.Next(2) == 0, downtime, cancellation))
                        Interlocked.Increment(ref refused);
                }
            }
        }
        finally
        {
            foreach (var stream in streams)
                stream.Dispose();
        }
    }
}
