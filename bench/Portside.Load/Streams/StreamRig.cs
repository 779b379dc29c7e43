using System.Diagnostics;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Streams;

/// <summary>Machines and their clients, all streaming at once.</summary>
internal sealed class StreamRig : IDisposable
{
    private readonly StreamOptions _options;
    private readonly StreamGroup[] _groups;

    private StreamRig(StreamOptions options, StreamGroup[] groups)
    {
        _options = options;
        _groups = groups;
    }

    public IReadOnlyList<StreamGroup> Groups => _groups;

    /// <summary>Connects, attaches and brings every client to the stream's first byte; nothing flows yet.</summary>
    public static async Task<StreamRig> OpenAsync(
        Target target, int machines, int clientsEach, StreamOptions options, CancellationToken cancellation)
    {
        var groups = new StreamGroup[machines];
        for (var i = 0; i < machines; i++)
            groups[i] = await StreamGroup.OpenAsync(target, i, clientsEach, options, cancellation);
        // Together: a concentrator waits some hundred milliseconds for each client's options before it sends.
        await Task.WhenAll(groups.Select(group => group.SyncAsync(cancellation)));
        return new StreamRig(options, groups);
    }

    public void Start()
    {
        foreach (var group in _groups)
            group.Start();
    }

    /// <summary>Payload that reached clients and was verified, in MB (10^6 bytes) per second, over this time.</summary>
    public async Task<double> MeasureAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var before = _groups.Sum(group => group.Verified);
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(duration, cancellation);
        var bytes = _groups.Sum(group => group.Verified) - before;
        return bytes * _options.Pattern.PayloadShare / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
    }

    /// <summary>Stops all and says what was lost or doubled.</summary>
    public async Task<Outcome> StopAsync(CancellationToken cancellation)
    {
        var outcomes = await Task.WhenAll(_groups.Select(group => group.StopAsync(cancellation)));
        return new Outcome(
            [],
            outcomes.Sum(outcome => outcome.Lost),
            outcomes.Sum(outcome => outcome.Doubled),
            [.. outcomes.SelectMany(outcome => outcome.Faults ?? [])]);
    }

    public void Dispose()
    {
        foreach (var group in _groups)
            group.Dispose();
    }
}
