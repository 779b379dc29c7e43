using Portside.Load.Clients;
using Portside.Load.Machines;
using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Streams;

/// <summary>A machine and its one client, each streaming to the other at a steady pace and verifying what comes.</summary>
internal sealed class TwoWayStream : IDisposable
{
    private static readonly TimeSpan SyncInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StallInterval = TimeSpan.FromMilliseconds(10);

    private readonly StreamClient _client;
    private readonly StreamMarkers _markers;
    private readonly StreamVerifier _typed;

    private TwoWayStream(StreamingMachine machine, StreamClient client, StreamMarkers markers, StreamVerifier typed, Typist typist)
    {
        Machine = machine;
        Typist = typist;
        _client = client;
        _markers = markers;
        _typed = typed;
    }

    public StreamingMachine Machine { get; }

    public Typist Typist { get; }

    /// <summary>Bytes that arrived as they should, both ways.</summary>
    public long Verified => _client.Verifier.Position + _typed.Position;

    public static async Task<TwoWayStream> OpenAsync(
        Target target, int index, int bytesPerTick, ClientStyle style, CancellationToken cancellation)
    {
        var phase = index * 977L;
        var identity = new MachineIdentity(index);
        var typed = new StreamVerifier(Pattern.Keys, phase);
        var machine = new StreamingMachine(identity, Pattern.Text, phase, bytesPerTick, typed);
        await machine.ConnectAsync(target, cancellation);
        var socket = await target.AttachAsync(identity, cancellation);
        var markers = new StreamMarkers();
        var client = new StreamClient(socket, markers, new StreamVerifier(Pattern.Text, phase), style);
        _ = client.RunAsync();
        return new TwoWayStream(machine, client, markers, typed, new Typist(socket, Pattern.Keys, phase, bytesPerTick));
    }

    /// <summary>Brings the client to the stream's first byte; the guest runs from then on.</summary>
    public async Task SyncAsync(CancellationToken cancellation)
    {
        for (var end = Environment.TickCount64 + SyncLimit.TotalMilliseconds; !_client.Synced.IsCompleted;)
        {
            if (Environment.TickCount64 > end)
                throw new TimeoutException($"The client of {Machine.Identity.Name} got none of its bytes for {SyncLimit.TotalSeconds} s.");
            Machine.Link!.Send(_markers.Sync);
            await _client.Synced.WaitAsync(SyncInterval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _client.Synced;
        Machine.Link!.Send(_markers.Start);
        await _client.Started.WaitAsync(SyncLimit, cancellation);
        Machine.Resume();
    }

    /// <summary>Waits, with nobody sending any more, until everything has come or nothing comes, and counts.</summary>
    public async Task<Outcome> StopAsync(CancellationToken cancellation)
    {
        var (seen, at) = (-1L, Environment.TickCount64);
        while (_client.Verifier.Position != Machine.Sent || _typed.Position != Typist.Sent)
        {
            if (Verified != seen)
                (seen, at) = (Verified, Environment.TickCount64);
            else if (Environment.TickCount64 - at > StallLimit.TotalMilliseconds)
                break;
            await Task.Delay(StallInterval, cancellation);
        }

        await Task.Delay(StallInterval, cancellation);
        var down = StreamCount.Of($"{Machine.Identity.Name} to client", Machine.Sent, _client.Verifier);
        var up = StreamCount.Of($"client to {Machine.Identity.Name}", Typist.Sent, _typed);
        List<string> faults = [.. down.Faults ?? [], .. up.Faults ?? []];
        if (Machine.Late != 0)
            faults.Add($"{Machine.Identity.Name}: {Machine.Late} bytes came to a source after its GOAHEAD");
        if (Machine.Unclosed != 0)
            faults.Add($"{Machine.Identity.Name}: {Machine.Unclosed} sources were not closed after their FIN");
        return new Outcome([], down.Lost + up.Lost, down.Doubled + up.Doubled, faults);
    }

    public void Dispose()
    {
        Machine.Dispose();
        _client.Dispose();
    }
}
