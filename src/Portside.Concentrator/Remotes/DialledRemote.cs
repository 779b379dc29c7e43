using Microsoft.Extensions.Logging;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Lines;
using Portside.Lines.Dialling;
using Portside.Lines.Uris;

namespace Portside.Concentrator.Remotes;

/// <summary>Dials a remote system for as long as the machine is connected, again and again; the machine's words wait meanwhile.</summary>
internal sealed partial class DialledRemote : Remote
{
    /// <summary>A connection that lived this long counts as a success: the next attempt after it comes soon.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);

    /// <summary>Time the remote system has to take the last words of a machine that is gone.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly LineUri _uri;
    private readonly Func<LineDialer> _dialer;
    private readonly RemoteContext _context;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private CancellationTokenSource? _stop;
    private RemoteClient? _client;
    private Task _running = Task.CompletedTask;
    private (long ToRemote, long ToMachine) _before;
    private bool _disposed;

    public DialledRemote(Port port, LineUri uri, Func<LineDialer> dialer, RemoteContext context)
        : base(port, uri, context.Time) => (_uri, _dialer, _context, _log) = (uri, dialer, context, context.Log);

    public override (long ToRemote, long ToMachine) Bytes
    {
        get
        {
            lock (_lock)
            {
                var now = _client?.Bytes ?? default;
                return (_before.ToRemote + now.ToRemote, _before.ToMachine + now.ToMachine);
            }
        }
    }

    public override void PortChanged()
    {
        CancellationTokenSource? stop = null;
        lock (_lock)
        {
            // Looked at under this lock: of two who tell a change, the last sees how it ended.
            var wanted = !_disposed && Port.IsAlive;
            if (wanted && _stop is null)
            {
                _stop = new CancellationTokenSource();

                // Attached now, before the machine's first byte, so that not even that is missed.
                _running = RunAsync(_running, TryAttach(), _stop.Token);
            }
            else if (!wanted)
            {
                (stop, _stop) = (_stop, null);
            }
        }

        stop?.Cancel();
    }

    public override async ValueTask DisposeAsync()
    {
        lock (_lock)
            _disposed = true;
        PortChanged();
        _client?.End("the port has another service URI");
        await _running;
    }

    private async Task RunAsync(Task before, RemoteClient? client, CancellationToken stop)
    {
        // Attached already, but not to pile up with others while the last words of a former run go out.
        using (stop.Register(() => client?.End("the machine is gone")))
            await before;
        var wait = _context.Options.FirstRetry;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (client is null or { Ended.IsCompleted: true })
                    client = TryAttach();
                var began = _context.Time.GetTimestamp();
                if (client is not null)
                    await TryAsync(client, stop);
                if (_context.Time.GetElapsedTime(began) >= Lasting)
                    wait = _context.Options.FirstRetry;
                await Task.Delay(wait, _context.Time, stop);
                wait = wait * 2 < _context.Options.LastRetry ? wait * 2 : _context.Options.LastRetry;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The machine is gone.
        }
        finally
        {
            client?.End("the machine is gone");
            Say(RemoteState.Idle);
        }
    }

    private async Task TryAsync(RemoteClient client, CancellationToken stop)
    {
        if (!_context.Descriptors.TryTake())
        {
            Say(RemoteState.Waiting, detail: RemoteContext.NoDescriptor);
            return;
        }

        try
        {
            await AttemptAsync(client, stop);
        }
        catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // A defect of ours must cost this connection and no other, not even the next, and must be seen.
            LogFailed(error, Port.Title, Status.Uri);
            Say(RemoteState.Waiting, detail: "it failed for an unforeseen reason, see the log");
        }
        finally
        {
            _context.Descriptors.Give();
        }
    }

    /// <summary>One connection, from dialling to its end; says what became of it.</summary>
    private async Task AttemptAsync(RemoteClient client, CancellationToken stop)
    {
        Say(RemoteState.Dialling, detail: Status.Detail);
        Line line;
        try
        {
            line = await _dialer().DialAsync(_uri, stop);
        }
        catch (DialException error)
        {
            _context.Metrics.RemoteEnded(error.Failure.ToString());
            LogNotReached(Port.Title, Status.Uri, error.Message);
            Say(RemoteState.Waiting, detail: error.Message);
            return;
        }

        _context.Metrics.RemoteConnected("client");
        LogConnected(Port.Title, Status.Uri);
        Say(RemoteState.Connected, line.Title, isNew: true);
        try
        {
            var carrying = client.CarryAsync(line);
            await ((Task)carrying.WaitAsync(stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!carrying.IsCompleted)
            {
                await client.DrainAsync(DrainLimit, _context.Time);
                client.End("the machine is gone");
            }

            var reason = await carrying ?? "the remote system closed the connection";
            LogLost(Port.Title, Status.Uri, reason);
            Say(RemoteState.Waiting, detail: reason);
        }
        finally
        {
            _context.Metrics.RemoteClosed("client");
        }
    }

    /// <summary>A client that writes where it may; null, with the reason shown, where the port takes none: held, or full.</summary>
    private RemoteClient? TryAttach()
    {
        var client = new RemoteClient(Port, Status.Uri, _uri is NetworkUri network ? network.Authority : _uri.ToString());
        var result = Port.Attach(client, ClientMode.ReadOnlyFallback, steal: false);
        if (result.Granted)
        {
            lock (_lock)
            {
                var (toRemote, toMachine) = _client?.Bytes ?? default;
                _before = (_before.ToRemote + toRemote, _before.ToMachine + toMachine);
                return _client = client;
            }
        }

        Say(RemoteState.Waiting, detail: result.Refusal);
        return null;
    }

    [LoggerMessage(700, LogLevel.Information, "{Port}: connected to the remote system {Uri}")]
    private partial void LogConnected(string port, string uri);

    [LoggerMessage(701, LogLevel.Warning, "{Port}: the remote system {Uri} is not reached: {Reason}")]
    private partial void LogNotReached(string port, string uri, string reason);

    [LoggerMessage(702, LogLevel.Information, "{Port}: the connection to the remote system {Uri} ended: {Reason}")]
    private partial void LogLost(string port, string uri, string reason);

    [LoggerMessage(703, LogLevel.Error, "{Port}: the connection to {Uri} failed for an unforeseen reason")]
    private partial void LogFailed(Exception error, string port, string uri);
}
