using System.CommandLine;
using Portside.Load.Reports;
using Portside.Load.Streams;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>
/// One client stops reading while its machine floods: the others' speed with and without it, and the memory it costs.
/// Measured before, during and after, so that a machine that slows down meanwhile is not taken for the client's fault.
/// </summary>
internal sealed class StalledScenario : Scenario
{
    /// <summary>The stalled client's kernel takes little, so that it stalls at once.</summary>
    private const int StalledReceiveBytes = 4096;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(50);

    public override string Name => "stalled client";

    /// <summary>A bare relay waits for its slowest client; it has nothing to compare with.</summary>
    public override bool HasFloor => false;

    public int Clients { get; init; } = 2;

    public static Command Command()
    {
        var clients = new Option<int>("--clients") { Description = "Clients that read on.", DefaultValueFactory = _ => 2 };
        return ScenarioCommand.Create(
            "stalled",
            "One client stalled while its machine floods.",
            [clients],
            (parsed, duration) => [new StalledScenario { Clients = parsed.GetValue(clients), Duration = duration }]);
    }

    public override async Task<Outcome> MeasureAsync(Target target, CancellationToken cancellation)
    {
        using var rig = await StreamRig.OpenAsync(target, 1, Clients, new StreamOptions(), cancellation);
        rig.Start();
        await rig.MeasureAsync(WarmUp, cancellation);
        var before = await PhaseAsync();
        Phase during;
        using (var stalled = await target.AttachAsync(rig.Groups[0].Link.Identity, cancellation))
        {
            stalled.ReceiveBufferSize = StalledReceiveBytes;
            during = await PhaseAsync();
        }

        var after = await PhaseAsync();
        var counted = await rig.StopAsync(cancellation);
        var free = (before.Rate + after.Rate) / 2;
        var measurements = new List<Measurement>
        {
            new("others, none stalled", "MB/s", free),
            new("others, one stalled", "MB/s", during.Rate),
            new("share of speed kept", "", during.Rate / free, Mark.ValueAtLeast(0.9)),
        };
        if (before.Memory is { } start && during.Memory is { } most)
            measurements.Add(new("memory growth", "MiB", (most - start) / 1048576.0, Mark.ValueAtMost(8)));
        return counted with { Measurements = measurements };

        async Task<Phase> PhaseAsync()
        {
            var measured = rig.MeasureAsync(Duration, cancellation);
            long? most = null;
            while (!measured.IsCompleted)
            {
                if (target.Sample() is { } sample)
                    most = Math.Max(most ?? 0, sample.RssBytes);
                await Task.WhenAny(measured, Task.Delay(SampleInterval, cancellation));
            }

            return new Phase(await measured, most);
        }
    }

    private readonly record struct Phase(double Rate, long? Memory);
}
