using System.Diagnostics.CodeAnalysis;
using Portside.Host.Bridges;

namespace Portside.Bridging;

/// <summary>Bridges that run side by side, and follow a new list without touching those that stay the same.</summary>
/// <param name="sources">Makes lines.</param>
/// <param name="story">Hears of all.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Where events go.</param>
internal sealed class BridgeFleet(LineSources sources, BridgeStory story, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<Running> _running = [];

    /// <summary>Runs these and no others. What changed is stopped before anything starts, so that lines and identities are free.</summary>
    /// <returns>Completes when all that has to go is gone; the new ones run then.</returns>
    public async Task SetAsync(IReadOnlyList<BridgeSpec> wanted)
    {
        await _turn.WaitAsync();
        try
        {
            var gone = _running.Where(one => !wanted.Contains(one.Spec)).ToList();
            await Task.WhenAll(gone.Select(one => one.StopAsync()));
            _running.RemoveAll(gone.Contains);
            foreach (var spec in wanted.Where(spec => _running.All(one => one.Spec != spec)))
            {
                var bridge = spec.Build(sources, time, loggers);
                story.Follow(spec, bridge);
                _running.Add(new Running(spec, bridge));
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until every bridge has ended by itself.</summary>
    /// <returns>The highest exit code of their programs; 0 without.</returns>
    public async Task<int> WaitAsync()
    {
        while (true)
        {
            await _turn.WaitAsync();
            List<Running> all;
            try
            {
                all = [.. _running];
            }
            finally
            {
                _turn.Release();
            }

            await Task.WhenAll(all.Select(one => one.Task));
            await _turn.WaitAsync();
            var isOver = _running.All(one => one.Task.IsCompleted);
            _turn.Release();
            if (isOver)
                // A line that could never be opened is a failure, whatever was ordered for then.
                return all.Select(one => one.Bridge.Snapshot).Max(bridge => bridge.ExitCode ?? (bridge.Lines == 0 ? 1 : 0));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await SetAsync([]);
        _turn.Dispose();
    }

    [SuppressMessage("Reliability", "CA1001", Justification = "Stopping disposes.")]
    private sealed class Running
    {
        private readonly CancellationTokenSource _stop = new();

        public Running(BridgeSpec spec, Bridge bridge)
        {
            (Spec, Bridge) = (spec, bridge);
            Task = bridge.RunAsync(_stop.Token);
        }

        public BridgeSpec Spec { get; }

        public Bridge Bridge { get; }

        public Task Task { get; }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Task;
            await Bridge.DisposeAsync();
            _stop.Dispose();
        }
    }
}
