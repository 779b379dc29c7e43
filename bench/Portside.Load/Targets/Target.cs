using System.Net;
using System.Net.Sockets;
using Portside.Load.Machines;

namespace Portside.Load.Targets;

/// <summary>What machines dial and clients attach to: a concentrator, or the floor it is compared with.</summary>
internal abstract class Target : IAsyncDisposable
{
    /// <summary>A proxy that says nothing for so long is silent: the machine leads.</summary>
    private static readonly TimeSpan LeadAfter = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(30);

    /// <summary>Where full handshakes are made.</summary>
    protected abstract IPEndPoint HandshakeAddress { get; }

    /// <summary>The measured process, if it runs on this machine and is known.</summary>
    public abstract int? ProcessId { get; }

    /// <summary>The process now; null if it is not known.</summary>
    public ProcessSample? Sample() => ProcessId is { } id ? ProcessSample.Of(id) : null;

    /// <summary>A machine connected up to the point where its port is served.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="guest">What hears what is typed.</param>
    /// <param name="migrationKey">For a vMotion's destination: sequence and secret.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<MachineLink> HandshakeAsync(
        MachineIdentity identity, IGuest? guest = null, byte[]? migrationKey = null, CancellationToken cancellation = default)
    {
        var link = new MachineLink(await ConnectAsync(HandshakeAddress, cancellation), identity, guest, migrationKey);
        try
        {
            link.Open();
            _ = link.RunAsync();
            await ReadyAsync(link, cancellation);
            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>A machine that can carry data to and from clients.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="guest">What hears what is typed.</param>
    /// <param name="ownThread">
    /// Serves the link from a blocking thread of its own: one wake-up of the kernel per event and none of a thread pool,
    /// for measuring single events. For a few machines only.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    public abstract Task<MachineLink> DialAsync(
        MachineIdentity identity, IGuest? guest, bool ownThread, CancellationToken cancellation);

    /// <summary>Where this machine's clients connect.</summary>
    public abstract Task<IPEndPoint> FindConsoleAsync(MachineIdentity identity, CancellationToken cancellation);

    /// <summary>What a client says before anything else, on a connected socket.</summary>
    public abstract ReadOnlyMemory<byte> ClientPreamble(MachineIdentity identity);

    /// <summary>Bytes the target says it had from each machine, by UUID; null if it does not say.</summary>
    public virtual Task<IReadOnlyDictionary<string, long>?> CountBytesFromMachinesAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, long>?>(null);

    /// <summary>A connected, non-blocking socket of a client of this machine.</summary>
    public async Task<Socket> AttachAsync(MachineIdentity identity, CancellationToken cancellation)
    {
        var socket = await ConnectAsync(await FindConsoleAsync(identity, cancellation), cancellation);
        socket.Send(ClientPreamble(identity).Span);
        return socket;
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>A blocking socket, never used asynchronously: that would make it non-blocking underneath for good.</summary>
    public static Socket ConnectBlocking(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    protected static void RunOnThread(MachineLink link) =>
        new Thread(link.Run) { IsBackground = true, Name = link.Identity.Name }.Start();

    protected static async Task ReadyAsync(MachineLink link, CancellationToken cancellation)
    {
        await link.Ready.WaitAsync(LeadAfter, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!link.Ready.IsCompleted)
            link.Lead();
        await link.Ready.WaitAsync(HandshakeLimit, cancellation);
    }

    protected static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        try
        {
            SourceAddresses.Bind(socket, address);
            await socket.ConnectAsync(address, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
