using Portside.Load.Clients;
using Portside.Load.Machines;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Streams;

/// <summary>One machine that streams to its clients, each of which verifies every byte.</summary>
internal sealed class StreamGroup : IDisposable
{
    private static readonly TimeSpan SyncInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StallInterval = TimeSpan.FromMilliseconds(10);

    private readonly StreamClient[] _clients;
    private readonly StreamMarkers _markers;
    private readonly StreamSender _sender;

    private StreamGroup(MachineLink link, StreamClient[] clients, StreamMarkers markers, StreamSender sender)
    {
        Link = link;
        _clients = clients;
        _markers = markers;
        _sender = sender;
        foreach (var client in clients)
            client.Progressed = sender.Pump;
    }

    public MachineLink Link { get; }

    /// <summary>Bytes on the wire verified by all clients together.</summary>
    public long Verified => _clients.Sum(client => client.Verifier.Position);

    public static async Task<StreamGroup> OpenAsync(
        Target target, int index, int clients, StreamOptions options, CancellationToken cancellation)
    {
        // A prime step: no two machines are at the same place of the pattern, so crossed wires do not verify.
        var phase = options.Pattern.IsUniform ? 0 : index * 977L;
        var identity = new MachineIdentity(index);
        var link = await target.DialAsync(identity, guest: null, ownThread: false, cancellation);
        var markers = new StreamMarkers();
        var attached = new StreamClient[clients];
        for (var i = 0; i < clients; i++)
        {
            var verifier = new StreamVerifier(options.Pattern, phase);
            attached[i] = new StreamClient(await target.AttachAsync(identity, cancellation), markers, verifier, options.Style);
            _ = attached[i].RunAsync();
        }

        var sender = new StreamSender(link.Socket, options.Pattern, phase, options.WindowBytes, () => Slowest(attached));
        return new StreamGroup(link, attached, markers, sender);
    }

    /// <summary>Brings every client to the stream's first byte.</summary>
    /// <exception cref="TimeoutException">A client does not get the machine's bytes.</exception>
    public async Task SyncAsync(CancellationToken cancellation)
    {
        var synced = Task.WhenAll(_clients.Select(client => client.Synced));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(SyncLimit);
        while (!synced.IsCompleted)
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"A client of {Link.Identity.Name} got none of its bytes for {SyncLimit.TotalSeconds} s.");
            Link.Send(_markers.Sync);
            await synced.WaitAsync(SyncInterval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await synced;
        Link.Send(_markers.Start);
        await Task.WhenAll(_clients.Select(client => client.Started)).WaitAsync(SyncLimit, cancellation);
    }

    public void Start() => _sender.Pump();

    /// <summary>Stops the machine and waits until its clients have everything, or nothing comes any more.</summary>
    public async Task<Outcome> StopAsync(CancellationToken cancellation)
    {
        _sender.Stop();
        var (seen, at) = (-1L, Environment.TickCount64);
        while (Slowest(_clients) != _sender.Sent)
        {
            if (Verified != seen)
                (seen, at) = (Verified, Environment.TickCount64);
            else if (Environment.TickCount64 - at > StallLimit.TotalMilliseconds)
                break;
            await Task.Delay(StallInterval, cancellation);
        }

        // What is still to come would be too much.
        await Task.Delay(StallInterval, cancellation);
        var counts = _clients.Select(client => StreamCount.Of(Link.Identity.Name, _sender.Sent, client.Verifier)).ToArray();
        return new Outcome(
            [],
            counts.Sum(count => count.Lost),
            counts.Sum(count => count.Doubled),
            [.. counts.SelectMany(count => count.Faults ?? [])]);
    }

    public void Dispose()
    {
        Link.Dispose();
        foreach (var client in _clients)
            client.Dispose();
    }

    private static long Slowest(StreamClient[] clients)
    {
        var slowest = long.MaxValue;
        foreach (var client in clients)
            slowest = Math.Min(slowest, client.Verifier.Position);
        return slowest;
    }
}
