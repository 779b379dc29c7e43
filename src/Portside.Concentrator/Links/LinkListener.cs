using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Links;

/// <summary>Accepts virtual machines on one or more addresses and keeps count of their links.</summary>
internal sealed partial class LinkListener : IAsyncDisposable
{
    /// <summary>Connections the kernel may queue: a host's whole population reconnects at once after an outage.</summary>
    private const int Backlog = 4096;

    /// <summary>Pause after a failed accept, such as for want of file descriptors, so that the log stays readable.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Link, Task> _links = new();

    /// <summary>Links with a deadline: not identified yet, or left over from a migration. The many others cost no look.</summary>
    private readonly ConcurrentDictionary<Link, bool> _watched = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _loops = [];
    private readonly LinkContext _context;
    private readonly ILogger _log;
    private int _count;

    public LinkListener(LinkContext context)
    {
        _context = context;
        _log = context.Log;
        context.Watch = link => _watched[link] = true;
    }

    /// <summary>Where it listens, with real port numbers.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. _sockets.Select(s => (IPEndPoint)s.LocalEndPoint!)];

    public int Count => Volatile.Read(ref _count);

    /// <summary>Opens all addresses, or none.</summary>
    /// <exception cref="ListenException">One of them cannot be had.</exception>
    public void Start()
    {
        try
        {
            foreach (var address in _context.Options.Listen)
            {
                var socket = Listening.Open(address, Backlog);
                _sockets.Add(socket);

                socket.NoDelay = true;
            }

            ApplyKeepAlive();
        }
        catch
        {
            _sockets.ForEach(s => s.Dispose());
            throw;
        }

        _loops.AddRange(_sockets.Select(AcceptAsync));
    }

    /// <summary>Sets how links accepted from now on are probed: they inherit it, which costs no system call for each.</summary>
    public void ApplyKeepAlive() => _sockets.ForEach(socket => Listening.KeepAlive(socket, _context.Options));

    /// <summary>Ends what is overdue; called about once a second.</summary>
    public void Tidy()
    {
        foreach (var (link, _) in _watched)
        {
            if (link.EndIfOverdue())
                continue;
            _watched.TryRemove(link, out _);

            // A migration may have given it a deadline between the two lines above.
            if (link.EndIfOverdue())
                _watched[link] = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _sockets.ForEach(s => s.Dispose());
        await Task.WhenAll(_loops);
        foreach (var link in _links.Keys)
            link.End(LinkEnd.Stopping);
        await Task.WhenAll(_links.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Begin(await listener.AcceptAsync());
            }
            catch (Exception error) when (error is ObjectDisposedException || _stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // For want of descriptors, or for a reason nobody foresaw: the next machine must not suffer for it.
                LogAcceptFailed(Listening.Explain(error));
                await Task.Delay(AcceptPause, _context.Time, CancellationToken.None);
            }
        }
    }

    private void Begin(Socket socket)
    {
        EndPoint? remote;
        try
        {
            remote = Listening.Readable(socket.RemoteEndPoint);
        }
        catch (SocketException)
        {
            // It was gone before it could be met.
            socket.Dispose();
            return;
        }

        if (remote is IPEndPoint { Address: var address } && !_context.Options.Allow.Any(network => network.Contains(address)))
        {
            Refuse(socket, remote, "not-allowed", $"{address} is in none of the networks that machines may come from (vm.allow).");
            return;
        }

        if (!_context.Descriptors.TryTake())
        {
            Refuse(socket, remote, "too-many-files", "The limit of open files leaves no socket for another machine: raise LimitNOFILE (systemd) or ulimit -n.");
            return;
        }

        if (Count >= _context.Options.MaxLinks)
        {
            _context.Descriptors.Give();
            Refuse(socket, remote, "too-many-links", $"There are {_context.Options.MaxLinks} links, as many as allowed (vm.maxLinks).");
            return;
        }

        var link = new Link(new NetworkStream(socket, ownsSocket: true), remote, _context, socket);
        Interlocked.Increment(ref _count);
        _watched[link] = true;
        var run = link.RunAsync();
        _links[link] = run;
        if (run.IsCompleted)
            Forget(link);
        else
            run.ContinueWith((_, state) => Forget((Link)state!), link, TaskScheduler.Default);
    }

    private void Refuse(Socket socket, EndPoint? remote, string reason, string detail)
    {
        // Noted first: who sees that it was refused finds why.
        var count = _context.Rejections.Add(remote, reason, detail);
        if (System.Numerics.BitOperations.IsPow2(count))
            LogRefused((remote as IPEndPoint)?.Address, detail, count);
        socket.Dispose();
    }

    private void Forget(Link link)
    {
        if (!_links.TryRemove(link, out _))
            return;
        Interlocked.Decrement(ref _count);
        _context.Descriptors.Give();
    }

    [LoggerMessage(120, LogLevel.Error, "A machine's connection could not be accepted: {Reason}")]
    private partial void LogAcceptFailed(string reason);

    [LoggerMessage(121, LogLevel.Warning, "Refused {Source} at accept: {Detail} (seen {Count} times)")]
    private partial void LogRefused(IPAddress? source, string detail, long count);
}
