using System.CommandLine;
using System.Globalization;
using Portside.Load.Clients;
using Portside.Load.Machines;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>
/// From a key's press to its echo: client, concentrator, machine and back. Keys come one by one with pauses of a few
/// milliseconds, as keys do: threads have gone to sleep in between, and waking them is most of the cost.
/// </summary>
internal sealed class EchoScenario : Scenario
{
    private const int IdleIndex = 10_000;
    private const int WarmUpKeys = 500;

    public override string Name => "echo";

    public int IdleMachines { get; init; } = 1000;

    /// <summary>Mean pause between keys, in milliseconds.</summary>
    public int PauseMilliseconds { get; init; } = 2;

    public ClientStyle Style { get; init; }

    public static Command Command()
    {
        var idle = new Option<int>("--idle-machines") { Description = "Machines beside it.", DefaultValueFactory = _ => 1000 };
        var pause = new Option<int>("--pause") { Description = "Mean pause between keys, in ms.", DefaultValueFactory = _ => 2 };
        var style = Styles.Option();
        return ScenarioCommand.Create(
            "echo",
            "Latency from a key to its echo.",
            [idle, pause, style],
            (parsed, duration) =>
            [
                new EchoScenario
                {
                    IdleMachines = parsed.GetValue(idle),
                    PauseMilliseconds = parsed.GetValue(pause),
                    Style = parsed.GetValue(style),
                    Duration = duration,
                },
            ]);
    }

    public override async Task<Outcome> MeasureAsync(Target target, CancellationToken cancellation)
    {
        using var crowd = await Crowd.ConnectAsync(target, IdleIndex, IdleMachines, 100, cancellation: cancellation);
        var identity = new MachineIdentity(0);
        using var link = await target.DialAsync(identity, new EchoGuest(), ownThread: true, cancellation);
        var socket = Target.ConnectBlocking(await target.FindConsoleAsync(identity, cancellation));
        using var client = new KeyClient(socket, Style);
        socket.Send(target.ClientPreamble(identity).Span);

        // Its own thread: one that blocks, and that nothing else runs on.
        return await Task.Factory.StartNew(
            () => Type(target, client, cancellation),
            cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    private Outcome Type(Target target, KeyClient client, CancellationToken cancellation)
    {
        client.Sync();
        var random = new Random(1);
        long lost = 0, doubled = 0;
        var faults = new List<string>();
        var warmUp = new Samples();
        for (var i = 0; i < WarmUpKeys; i++)
            Press(warmUp, i);

        var samples = new Samples();
        var before = target.Sample();
        for (var end = Environment.TickCount64 + Duration.TotalMilliseconds; Environment.TickCount64 < end;)
        {
            cancellation.ThrowIfCancellationRequested();
            Press(samples, samples.Count);
        }

        return new Outcome(
            [
                new("key to echo p50", "ms", samples.Milliseconds(50), Mark.AtMostOfFloor(1.4)),
                new("key to echo p90", "ms", samples.Milliseconds(90)),
                new("key to echo p99", "ms", samples.Milliseconds(99), Mark.AtMostOfFloor(2)),
                .. CpuEach(target, before, samples.Count, "processor time per key"),
                new("keys", "", samples.Count),
            ],
            lost,
            doubled,
            faults);

        void Press(Samples into, int number)
        {
            Thread.Sleep(random.Next(1, PauseMilliseconds * 2));
            var key = (byte)('!' + number % 90);
            into.Add(client.Press(key, out var echoed));
            if (echoed.Length == 1 && echoed[0] == key)
                return;
            if (faults.Count == 0)
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"key {number}: {key:X2} came back as \"{Convert.ToHexString(echoed)}\""));
            lost += echoed.Contains(key) ? 0 : 1;
            doubled += echoed.Length - (echoed.Contains(key) ? 1 : 0);
        }
    }
}
