using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Clients;

/// <summary>The telnet ports of ports: one listening socket each, on a number that stays the port's own.</summary>
/// <remarks>This costs a port one more file descriptor and some 2 KiB; a site that does not want it turns it off.</remarks>
internal sealed partial class ConsoleListeners : IAsyncDisposable
{
    private const int Backlog = 16;

    private const string NoSocket = "the limit of open files leaves no socket for it: raise LimitNOFILE (systemd) or ulimit -n";

    private const string Stops = "the concentrator stops";

    /// <summary>Numbers tried for one port when other programs hold them: some 10 µs each, so that a new machine is not kept waiting.</summary>
    private const int MaxTries = 1024;

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Port, Socket> _listeners = new();
    private readonly ConcurrentDictionary<TelnetClient, Task> _clients = new();
    private readonly IPAddress _address;
    private readonly PortStore _numbers;
    private readonly ClientContext _context;
    private readonly ILogger _log;
    private volatile bool _stopping;

    public ConsoleListeners(IPAddress address, PortStore numbers, ClientContext context) =>
        (_address, _numbers, _context, _log) = (address, numbers, context, context.Log);

    /// <summary>Opens a port's own telnet port, the one it had before if it can be had.</summary>
    public void Open(Port port)
    {
        if (!_context.Descriptors.TryTake())
        {
            LogNoListener(port.Title, NoSocket);
            return;
        }

        if (!TryOpen(port))
            _context.Descriptors.Give();
    }

    private bool TryOpen(Port port)
    {
        var number = _numbers.Assign(port.Id);
        for (var tries = 0; number is not null && tries < MaxTries && !_stopping; tries++)
        {
            try
            {
                var listener = Listening.Open(new IPEndPoint(_address, number.Value), Backlog);
                _listeners[port] = listener;
                port.TelnetPort = number;
                _ = AcceptAsync(port, listener);
                return true;
            }
            catch (ListenException error) when (error.IsTaken)
            {
                var next = _numbers.AssignAnother(port.Id);
                if (tries == 0)
                    LogNumberTaken(port.Title, error.Message, next);
                number = next;
            }
            catch (Exception error) when (error is ListenException or SocketException)
            {
                // Not the number's fault, such as an address that is not up yet: it stays the port's.
                LogNoListener(port.Title, error.Message);
                return false;
            }
        }

        if (!_stopping)
            LogNoNumber(port.Title, _context.Options.FirstTelnetPort, _context.Options.LastTelnetPort);
        return false;
    }

    /// <summary>Closes a port's telnet port; its clients stay.</summary>
    public void Close(Port port)
    {
        if (_listeners.TryRemove(port, out var listener))
        {
            listener.Dispose();
            _context.Descriptors.Give();
        }

        port.TelnetPort = null;
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        foreach (var port in _listeners.Keys)
            Close(port);
        foreach (var client in _clients.Keys)
            client.End(Stops);
        await Task.WhenAll(_clients.Values);
    }

    private async Task AcceptAsync(Port port, Socket listener)
    {
        await Task.Yield();
        while (!_stopping)
        {
            try
            {
                Begin(port, await listener.AcceptAsync());
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception error)
            {
                // For want of descriptors, or for a reason nobody foresaw: the next client must not suffer for it.
                if (!_listeners.ContainsKey(port))
                    return;
                LogAcceptFailed(port.Title, Listening.Explain(error));
                await Task.Delay(AcceptPause, _context.Time);
            }
        }
    }

    private void Begin(Port port, Socket socket)
    {
        EndPoint? remote;
        try
        {
            remote = Listening.Readable(socket.RemoteEndPoint);
            socket.NoDelay = true;
            Listening.KeepAlive(socket, _context.KeepAlive);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return;
        }

        if (!_context.Descriptors.TryTake())
        {
            LogAcceptFailed(port.Title, NoSocket);
            socket.Dispose();
            return;
        }

        var client = new TelnetClient(new NetworkStream(socket, ownsSocket: true), remote, port, _context, socket);
        var run = client.RunAsync();
        _clients[client] = run;
        if (_stopping)
            client.End(Stops);
        run.ContinueWith(
            (_, state) =>
            {
                _clients.TryRemove((TelnetClient)state!, out var _);
                _context.Descriptors.Give();
            },
            client,
            TaskScheduler.Default);
    }

    [LoggerMessage(310, LogLevel.Warning, "{Port}: its console telnet port cannot be had ({Reason}); it gets {Number} instead")]
    private partial void LogNumberTaken(string port, string reason, int? number);

    [LoggerMessage(311, LogLevel.Error, "{Port} has no console telnet port: none that was tried from {First} to {Last} is free")]
    private partial void LogNoNumber(string port, int first, int last);

    [LoggerMessage(312, LogLevel.Error, "{Port} has no console telnet port: {Reason}")]
    private partial void LogNoListener(string port, string reason);

    [LoggerMessage(313, LogLevel.Error, "{Port}: a client could not be accepted: {Reason}")]
    private partial void LogAcceptFailed(string port, string reason);
}
