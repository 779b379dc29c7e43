using System.Net.Sockets;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>
/// Runs scenarios on the floor and on the concentrator by turns, each time with a fresh process where we start it, and
/// puts their numbers side by side.
/// </summary>
internal sealed class ScenarioRunner(TargetOptions options, bool floor, int rounds)
{
    /// <summary>Beyond its measured part a scenario connects, attaches and waits for stragglers; past this it hangs.</summary>
    private static readonly TimeSpan Overhead = TimeSpan.FromMinutes(4);

    private readonly List<Figure> _figures = [];
    private readonly List<string> _faults = [];
    private long _lost;
    private long _doubled;

    public async Task<Report> RunAsync(IEnumerable<Scenario> scenarios, CancellationToken cancellation)
    {
        foreach (var scenario in scenarios)
            await RunAsync(scenario, cancellation);
        return new Report
        {
            Machine = TestBed.Here(),
            Figures = _figures,
            Lost = _lost,
            Doubled = _doubled,
            Faults = _faults,
        };
    }

    private async Task RunAsync(Scenario scenario, CancellationToken cancellation)
    {
        var floors = new List<Outcome>();
        var values = new List<Outcome>();
        for (var round = 1; round <= rounds; round++)
        {
            if (floor && scenario.HasFloor)
                await AddAsync(floors, scenario, "floor", round, async token => await FloorTarget.StartAsync(token), cancellation);
            if (options.HasConcentrator)
                await AddAsync(values, scenario, "concentrator", round, async token => await options.OpenAsync(scenario.NeedsConsoles, token), cancellation);
        }

        var names = values.Concat(floors).SelectMany(outcome => outcome.Measurements).DistinctBy(measured => measured.Name);
        _figures.AddRange(names.Select(measured => Compare(scenario, measured, values, floors)));
    }

    private async Task AddAsync(
        List<Outcome> outcomes,
        Scenario scenario,
        string name,
        int round,
        Func<CancellationToken, Task<Target>> open,
        CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"{scenario.Name}: {name}{(rounds > 1 ? $", round {round} of {rounds}" : "")} …");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(scenario.Duration * 4 + Overhead);
        Target? target = null;
        try
        {
            target = await open(limit.Token);
            var bystanders = new Bystanders(target);
            var outcome = await scenario.MeasureAsync(target, limit.Token);
            outcomes.Add(outcome with { Measurements = [.. outcome.Measurements, bystanders.Measure()] });
            _lost += outcome.Lost;
            _doubled += outcome.Doubled;
            _faults.AddRange((outcome.Faults ?? []).Select(fault => $"{scenario.Name}, {name}: {fault}"));
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && IsExpected(e))
        {
            _faults.Add($"{scenario.Name}, {name}: {e.Message}");
            if (target is ConcentratorTarget { Tail: { Length: > 0 } tail })
                await Console.Error.WriteLineAsync(tail);
        }
        finally
        {
            if (target is not null)
                await target.DisposeAsync();
        }
    }

    private static bool IsExpected(Exception e) => e
        is IOException
        or SocketException
        or TimeoutException
        or OperationCanceledException
        or InvalidOperationException
        or HttpRequestException;

    private static Figure Compare(Scenario scenario, Measurement measured, List<Outcome> values, List<Outcome> floors)
    {
        var value = Median(values, measured.Name);
        var floor = Median(floors, measured.Name);
        double? ratio = value is not null && floor is > 0 ? value / floor : null;
        return new Figure
        {
            Scenario = scenario.Name,
            Name = measured.Name,
            Unit = measured.Unit,
            Value = value,
            Floor = floor,
            Ratio = ratio,
            Mark = measured.Mark?.ToString(),
            Holds = measured.Mark?.Holds(value, ratio),
        };
    }

    private static double? Median(List<Outcome> outcomes, string name)
    {
        var sorted = outcomes.SelectMany(outcome => outcome.Measurements)
            .Where(measured => measured.Name == name)
            .Select(measured => measured.Value)
            .Order()
            .ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
