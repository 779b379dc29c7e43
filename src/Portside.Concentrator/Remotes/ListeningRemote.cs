using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Lines;
using Portside.Lines.Listening;
using Portside.Lines.Uris;

namespace Portside.Concentrator.Remotes;

/// <summary>Listens where a machine's host would have listened, for as long as the port lives.</summary>
internal sealed partial class ListeningRemote : Remote
{
    private readonly LineListener _listener;
    private readonly RemoteContext _context;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<RemoteClient, Task> _clients = [];
    private readonly Task _accepting;
    private int _turnedAway;

    /// <summary>Serves whoever connects to a listener.</summary>
    /// <param name="port">Whom it reaches.</param>
    /// <param name="listener">It becomes this object's own.</param>
    /// <param name="uri">What the machine asked for.</param>
    /// <param name="context">What all remotes share.</param>
    public ListeningRemote(Port port, LineListener listener, NetworkUri uri, RemoteContext context)
        : base(port, uri, context.Time)
    {
        (_listener, _context, _log) = (listener, context, context.Log);
        listener.OnTurnedAway = (remote, reason) => TurnedAway($"{remote}", reason);
        Show();
        LogListening(port.Title, Address);
        _accepting = AcceptAsync();
    }

    private string Address => string.Join(", ", _listener.EndPoints);

    public override void PortChanged()
    {
        // It listens whether or not the machine is there: who comes early waits for it, as with a real line.
    }

    public override async ValueTask DisposeAsync()
    {
        // First of all and at once: the machine may ask for the same address in the next moment, by another scheme.
        var closing = _listener.DisposeAsync();
        await _stop.CancelAsync();
        await closing;
        await _accepting;
        KeyValuePair<RemoteClient, Task>[] clients;
        lock (_lock)
            clients = [.. _clients];
        foreach (var (client, _) in clients)
            client.End("the port has another service URI");
        await Task.WhenAll(clients.Select(client => client.Value));
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Line line;
            try
            {
                line = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
            {
                return;
            }

            var client = new RemoteClient(Port, line.Title, line.Title);
            lock (_lock)
                _clients[client] = ServeAsync(client, line);
        }
    }

    private async Task ServeAsync(RemoteClient client, Line line)
    {
        await Task.Yield();
        var isCounted = _context.Descriptors.TryTake();
        try
        {
            if (!isCounted)
            {
                TurnedAway(line.Title, RemoteContext.NoDescriptor);
                await line.DisposeAsync();
                return;
            }

            var result = Port.Attach(client, ClientMode.ReadOnlyFallback, steal: false);
            if (!result.Granted)
            {
                TurnedAway(line.Title, result.Refusal!);
                await line.DisposeAsync();
                return;
            }

            _context.Metrics.RemoteConnected("server");
            try
            {
                Show(isNew: true);
                await client.CarryAsync(line);
            }
            finally
            {
                _context.Metrics.RemoteClosed("server");
            }
        }
        catch (Exception error)
        {
            // A defect of ours must cost this connection and no other, and must be seen.
            LogFailed(error, Port.Title, line.Title);
        }
        finally
        {
            if (isCounted)
                _context.Descriptors.Give();
            client.End("left");
            Port.Detach(client, "left"); // It may have been ended before it was attached.
            lock (_lock)
                _clients.Remove(client);
            Show();
        }
    }

    /// <summary>Anybody may knock, as often as he likes; the log hears of the 1st, 2nd, 4th and so on.</summary>
    private void TurnedAway(string remote, string reason)
    {
        var count = Interlocked.Increment(ref _turnedAway);
        if (System.Numerics.BitOperations.IsPow2(count))
            LogTurnedAway(Port.Title, remote, reason, count);
    }

    private void Show(bool isNew = false)
    {
        string[] remotes;
        lock (_lock)
            remotes = [.. _clients.Keys.Where(client => client.IsAttached).Select(client => client.Address)];
        if (remotes.Length == 0)
            Say(RemoteState.Listening, Address);
        else
            Say(RemoteState.Connected, Address, $"connected: {string.Join(", ", remotes)}", isNew);
    }

    [LoggerMessage(710, LogLevel.Information, "{Port}: listening for its remote system at {Address}")]
    private partial void LogListening(string port, string address);

    [LoggerMessage(711, LogLevel.Warning, "{Port}: {Remote} is turned away: {Reason} (seen {Count} times)")]
    private partial void LogTurnedAway(string port, string remote, string reason, int count);

    [LoggerMessage(712, LogLevel.Error, "{Port}: the connection from {Remote} failed for an unforeseen reason")]
    private partial void LogFailed(Exception error, string port, string remote);
}
