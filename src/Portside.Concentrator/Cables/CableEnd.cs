using Portside.Concentrator.Clients;

namespace Portside.Concentrator.Cables;

/// <summary>One plug of a cable between two ports: a client of its port whose output is typed into the other one.</summary>
#pragma warning disable CA1001 // Its token has no timer and nothing to give back; whoever waits may look at it to the last.
internal sealed class CableEnd : Client
#pragma warning restore CA1001
{
    /// <summary>Longest time of the line a chunk may stand for when a cable is paced, so that it flows rather than jerks.</summary>
    private const int ChunksPerSecond = 50;

    private readonly CableOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _chance;
    private readonly CancellationTokenSource _over = new();
    private CableEnd? _peer;
    private string? _endReason;
    private long _passed;
    private long _lost;

    public CableEnd(string cable, string other, CableOptions options, TimeProvider time, Random chance, bool keepsPort)
        : base($"cable:{cable}", other, "cable") => (_options, _time, _chance, KeepsPort) = (options, time, chance, keepsPort);

    /// <summary>Whether a port with this plug in it is never forgotten: an operator's cable waits for its machines.</summary>
    public bool KeepsPort { get; }

    /// <summary>Bytes handed to the other port.</summary>
    public long Passed => Volatile.Read(ref _passed);

    /// <summary>Bytes that vanished on the way, by misfortune or by order.</summary>
    public long Lost => Volatile.Read(ref _lost) + MissedBytes;

    /// <summary>What is plugged in at the other side; from then on bytes flow.</summary>
    public void Join(CableEnd peer)
    {
        Volatile.Write(ref _peer, peer);
        Wake();
    }

    public override void Notice(string text)
    {
        // The other machine is told nothing between the bytes.
    }

    public override void ModeChanged(string by)
    {
    }

    public override void End(string reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, reason, null) is not null)
            return;
        Port?.Detach(this, reason);
        _over.Cancel();
    }

    protected internal override void OnBreak()
    {
        if (Volatile.Read(ref _peer) is { IsAttached: true } peer && PortAccess.Writes(peer.Mode))
            peer.Port?.Break(Name);
    }

    protected override int Fill(Span<byte> chunk)
    {
        if (Volatile.Read(ref _peer) is null || _endReason is not null || Reader is not { } reader)
            return 0;
        var most = _options.Baud > 0 ? Math.Clamp(_options.Baud / 10 / ChunksPerSecond, 1, ChunkBytes) : ChunkBytes;
        while (true)
        {
            var count = reader.Read(chunk[..most], out var missed);
            if (missed > 0)
                Miss(missed);
            if (count > 0 || missed == 0)
                return count;
        }
    }

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> chunk)
    {
        try
        {
            if (_options.Loss > 0)
                chunk = Thin(chunk.Span);
            var wait = _options.Delay + (_options.Baud > 0 ? TimeSpan.FromSeconds(chunk.Length * 10.0 / _options.Baud) : TimeSpan.Zero);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, _time, _over.Token);
            var peer = _peer!;
            var port = peer.Port!;
            while (!chunk.IsEmpty)
            {
                var taken = port.Write(peer, chunk.Span);
                chunk = chunk[taken..];
                Volatile.Write(ref _passed, _passed + taken);
                if (!chunk.IsEmpty)
                    await port.WaitForRoomAsync(peer, _over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The cable is pulled.
        }
    }

    protected override void OnSendFailed(Exception error) => End(error.Message);

    private ReadOnlyMemory<byte> Thin(ReadOnlySpan<byte> bytes)
    {
        var kept = new byte[bytes.Length];
        var count = 0;
        foreach (var one in bytes)
        {
            if (_chance.NextDouble() >= _options.Loss)
                kept[count++] = one;
        }

        Volatile.Write(ref _lost, _lost + bytes.Length - count);
        return kept.AsMemory(0, count);
    }
}
