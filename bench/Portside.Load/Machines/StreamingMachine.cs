using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Portside.Load.Reports;
using Portside.Load.Streams;
using Portside.Load.Targets;

namespace Portside.Load.Machines;

/// <summary>
/// A machine whose guest writes a <see cref="Pattern"/> at a steady pace and verifies what is typed, and which can be
/// moved: it outlives its links, and so do both streams.
/// </summary>
internal sealed class StreamingMachine : IPaced, IGuest, IDisposable
{
    /// <summary>What a host waits for GOAHEAD by default.</summary>
    private static readonly TimeSpan BeginLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetireLimit = TimeSpan.FromSeconds(10);

    private readonly Pattern _pattern;
    private readonly long _phase;
    private readonly int _bytesPerTick;
    private readonly StreamVerifier? _typed;
    private readonly Lock _guest = new();
    private readonly Lock _hearing = new();
    private bool _running;
    private long _sent;
    private long _late;
    private int _unclosed;

    /// <param name="identity">Who it is, on every link.</param>
    /// <param name="pattern">What its guest writes.</param>
    /// <param name="phase">Where in the pattern it starts.</param>
    /// <param name="bytesPerTick">How much at each tick.</param>
    /// <param name="typed">Verifies what is typed; null ignores it.</param>
    public StreamingMachine(MachineIdentity identity, Pattern pattern, long phase, int bytesPerTick, StreamVerifier? typed = null)
    {
        Identity = identity;
        _pattern = pattern;
        _phase = phase;
        _bytesPerTick = bytesPerTick;
        _typed = typed;
    }

    public MachineIdentity Identity { get; }

    public MachineLink? Link { get; private set; }

    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Bytes that came to a source after its GOAHEAD.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>Sources that the concentrator did not close within ten seconds of their FIN.</summary>
    public int Unclosed => Volatile.Read(ref _unclosed);

    public async Task ConnectAsync(Target target, CancellationToken cancellation) =>
        Link = await target.HandshakeAsync(Identity, this, cancellation: cancellation);

    /// <summary>The guest runs: ticks write.</summary>
    public void Resume()
    {
        lock (_guest)
            _running = true;
    }

    /// <summary>The guest is stunned: when this returns nothing is being written.</summary>
    public void Stun()
    {
        lock (_guest)
            _running = false;
    }

    public void Tick()
    {
        lock (_guest)
        {
            if (!_running)
                return;
            var slice = _pattern.Slice(_phase + _sent, _bytesPerTick).Span;
            var count = Link!.Socket.Send(slice, SocketFlags.None, out var error);
            // A full or closed socket takes nothing; what a closed one swallowed before shows as lost.
            if (error == SocketError.Success)
                Volatile.Write(ref _sent, _sent + count);
        }
    }

    void IGuest.Typed(MachineLink link, ReadOnlySpan<byte> data)
    {
        lock (_hearing)
            _typed?.Accept(data);
    }

    /// <summary>Begins a vMotion and aborts it when it was answered.</summary>
    /// <returns>The time from BEGIN to its answer in timestamps; null for NOTNOW.</returns>
    public async Task<long?> ProbeAsync(CancellationToken cancellation)
    {
        Stun();
        var link = Link!;
        var start = Stopwatch.GetTimestamp();
        var key = await link.BeginAsync(Sequence()).WaitAsync(BeginLimit, cancellation);
        var elapsed = Stopwatch.GetTimestamp() - start;
        if (key is not null)
            link.Abort();
        Resume();
        return key is null ? null : elapsed;
    }

    /// <summary>A whole vMotion: BEGIN, a new link with the key, PEER-OK, COMPLETE; the source's FIN before or after it.</summary>
    /// <param name="target">What the destination dials.</param>
    /// <param name="finFirst">The source's FIN goes before COMPLETE.</param>
    /// <param name="downtime">Gets the time the guest was stunned.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False for NOTNOW.</returns>
    public async Task<bool> MigrateAsync(Target target, bool finFirst, Samples downtime, CancellationToken cancellation)
    {
        Stun();
        var source = Link!;
        var sequence = Sequence();
        var start = Stopwatch.GetTimestamp();
        var key = await source.BeginAsync(sequence).WaitAsync(BeginLimit, cancellation);
        if (key is null)
        {
            Resume();
            return false;
        }

        var destination = await target.HandshakeAsync(Identity, this, key, cancellation);
        if (finFirst)
            source.Socket.Shutdown(SocketShutdown.Send);
        destination.Complete(sequence);
        Link = destination;
        Resume();
        downtime.Add(Stopwatch.GetTimestamp() - start);
        _ = RetireAsync(source, finFirst);
        return true;
    }

    public void Dispose() => Link?.Dispose();

    private static byte[] Sequence() => RandomNumberGenerator.GetBytes(4);

    private async Task RetireAsync(MachineLink source, bool finished)
    {
        try
        {
            if (!finished)
                source.Socket.Shutdown(SocketShutdown.Send);
            await source.Closed.WaitAsync(RetireLimit);
        }
        catch (TimeoutException)
        {
            Interlocked.Increment(ref _unclosed);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The concentrator closed it before our FIN: retired all the same.
        }

        Interlocked.Add(ref _late, source.BytesAfterGoAhead);
        source.Dispose();
    }
}
