using System.CommandLine;
using Portside.Load.Clients;
using Portside.Load.Reports;
using Portside.Load.Streams;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>How many bytes a second machines get through to their clients, every byte verified.</summary>
internal sealed class ThroughputScenario : Scenario
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public override string Name => $"{Machines} to {Machines * ClientsEach}{(Stream.Pattern == Pattern.Text ? "" : $", {Data}")}";

    public int Machines { get; init; } = 1;

    public int ClientsEach { get; init; } = 1;

    public string Data { get; init; } = "text";

    public required StreamOptions Stream { get; init; }

    /// <summary>Share of the floor's rate that it has to reach; null for a shape that nothing is asked of.</summary>
    public double? OfFloor { get; init; }

    public static Command Command()
    {
        var machines = new Option<int>("--machines") { Description = "How many.", DefaultValueFactory = _ => 1 };
        var clients = new Option<int>("--clients") { Description = "Clients of each machine.", DefaultValueFactory = _ => 1 };
        var data = new Option<string>("--data") { Description = "text, ff or binary.", DefaultValueFactory = _ => "text" };
        data.AcceptOnlyFromAmong("text", "ff", "binary");
        var window = new Option<int>("--window")
        {
            Description = "Bytes that a machine may be ahead of its slowest client.",
            DefaultValueFactory = _ => 256 * 1024,
        };
        var style = Styles.Option();
        return ScenarioCommand.Create(
            "throughput",
            "MB/s from machines to clients.",
            [machines, clients, data, window, style],
            (parsed, duration) =>
            [
                Create(
                    parsed.GetValue(machines),
                    parsed.GetValue(clients),
                    parsed.GetValue(data)!,
                    duration,
                    parsed.GetValue(window),
                    parsed.GetValue(style)),
            ]);
    }

    /// <summary>The four shapes that figures are asked of.</summary>
    public static IEnumerable<Scenario> Shapes(TimeSpan duration) =>
    [
        Create(1, 1, "text", duration),
        Create(1, 8, "text", duration),
        Create(64, 1, "text", duration),
        Create(1, 1, "ff", duration),
    ];

    public override async Task<Outcome> MeasureAsync(Target target, CancellationToken cancellation)
    {
        using var rig = await StreamRig.OpenAsync(target, Machines, ClientsEach, Stream, cancellation);
        rig.Start();
        await rig.MeasureAsync(WarmUp, cancellation);
        var before = target.Sample();
        var rate = await rig.MeasureAsync(Duration, cancellation);
        var cpu = CpuEach(target, before, rate * Duration.TotalSeconds, "processor time per MB").ToArray();
        var counted = await rig.StopAsync(cancellation);
        return counted with
        {
            Measurements =
            [
                new("to clients", "MB/s", rate, OfFloor is { } share ? Mark.AtLeastOfFloor(share) : null),
                .. cpu,
            ],
        };
    }

    private static ThroughputScenario Create(
        int machines,
        int clients,
        string data,
        TimeSpan duration,
        int window = 256 * 1024,
        ClientStyle style = ClientStyle.Program) => new()
        {
            Machines = machines,
            ClientsEach = clients,
            Data = data,
            Duration = duration,
            Stream = new StreamOptions { Pattern = Pattern.Named(data), WindowBytes = window, Style = style },
            OfFloor = (machines, clients, data) switch
            {
                (1, 1, "text") => 0.8,
                (1, 8, "text") => 0.6,
                (64, 1, "text") => 0.8,
                (1, 1, "ff") => 0.4,
                _ => null,
            },
        };
}
