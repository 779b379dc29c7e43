using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Channels;
using Portside.Lines.Tls;
using Portside.Lines.Uris;

namespace Portside.Lines.Listening;

/// <summary>Waits at one URI's address for remote systems to connect.</summary>
public sealed class LineListener : IAsyncDisposable
{
    /// <summary>Handshakes under way at once; who comes while so many dawdle is turned away.</summary>
    private const int MaxHandshakes = 16;

    /// <summary>Pause after a failed accept, such as for want of file descriptors.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);

    private readonly LineListenerOptions _options;
    private readonly Action<LineListener> _remove;
    private readonly int _maxRemotes;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private readonly Channel<Line> _lines;
    private IReadOnlyList<Socket> _sockets = [];
    private int _handshakes;
    private int _remotes;
    private int _turnedAway;
    private int _disposed;

    internal LineListener(NetworkUri uri, string holder, int maxRemotes, LineListenerOptions options, Action<LineListener> remove)
    {
        Uri = uri;
        Holder = holder;
        _maxRemotes = maxRemotes;
        _options = options;
        _remove = remove;
        _lines = Channel.CreateBounded<Line>(maxRemotes);
    }

    /// <summary>Where it listens, as asked for; the port is the real one.</summary>
    public NetworkUri Uri { get; private set; }

    /// <summary>Who holds the address, for people.</summary>
    public string Holder { get; }

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; private set; } = [];

    /// <summary>Remote systems connected now.</summary>
    public int Remotes => Volatile.Read(ref _remotes);

    /// <summary>Connections that came to nothing: one too many, or no TLS, or not who they must be.</summary>
    public int TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>Hears who was turned away and why. Called by any thread; it is brief and never throws.</summary>
    public Action<EndPoint?, string>? OnTurnedAway { get; set; }

    /// <summary>Waits for the next remote system.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Its line, TLS up and the peer verified where the URI asks for it. Whoever gets it disposes it.</returns>
    /// <exception cref="ChannelClosedException">The listener was disposed.</exception>
    public ValueTask<Line> AcceptAsync(CancellationToken cancellation) => _lines.Reader.ReadAsync(cancellation);

    /// <summary>Gives the address back, before it returns. Lines that were accepted live on; those nobody took yet are closed.</summary>
    /// <returns>Completes when nothing listens any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        // Before anything is waited for, so that the address is free when the call returns.
        foreach (var socket in _sockets)
            socket.Dispose();
        _remove(this);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        _lines.Writer.TryComplete();
        while (_lines.Reader.TryRead(out var line))
            await line.DisposeAsync().ConfigureAwait(false);
    }

    internal void Start(IReadOnlyList<Socket> sockets)
    {
        _sockets = sockets;
        EndPoints = [.. sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];
        Uri = Uri.Port == 0 ? Uri.WithPort(EndPoints[0].Port) : Uri;
        _loops.AddRange(sockets.Select(AcceptAsync));
    }

    private static EndPoint? RemoteOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            return null; // It was gone before it could be met.
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                var remote = RemoteOf(socket);
                if (Remotes >= _maxRemotes)
                    TurnAway(socket, remote, _maxRemotes == 1 ? "another remote system is connected" : $"{_maxRemotes} remote systems are connected");
                else if (Interlocked.Increment(ref _handshakes) > MaxHandshakes)
                    TurnAway(socket, remote, $"{MaxHandshakes} handshakes are under way", wasCounted: true);
                else
                    _ = WelcomeAsync(socket, remote);
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException || Volatile.Read(ref _disposed) != 0)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(AcceptPause, _options.Time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void TurnAway(Socket socket, EndPoint? remote, string reason, bool wasCounted = false)
    {
        socket.Dispose();
        if (wasCounted)
            Interlocked.Decrement(ref _handshakes);
        Interlocked.Increment(ref _turnedAway);
        OnTurnedAway?.Invoke(remote, reason);
    }

    private async Task WelcomeAsync(Socket socket, EndPoint? remote)
    {
        Line? line = null;
        var isCounted = false;
        try
        {
            using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
            LineSocket.Prepare(socket);
            line = await OpenAsync(socket, remote, Gone, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            TurnAway(socket, remote, $"no TLS within {_options.HandshakeTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is PeerVerificationException or System.Security.Authentication.AuthenticationException || LineSocket.IsFailure(e))
        {
            TurnAway(socket, remote, e.GetBaseException().Message);
        }
        finally
        {
            Interlocked.Decrement(ref _handshakes);
        }

        if (line is null)
            return;
        isCounted = true;
        if (Interlocked.Increment(ref _remotes) > _maxRemotes || !_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _turnedAway);
            OnTurnedAway?.Invoke(remote, "another remote system was faster");
            await line.DisposeAsync().ConfigureAwait(false);
        }

        void Gone()
        {
            if (isCounted)
                Interlocked.Decrement(ref _remotes);
        }
    }

    private async Task<Line> OpenAsync(Socket socket, EndPoint? remote, Action gone, CancellationToken cancellation)
    {
        var at = remote is IPEndPoint { Address: var address, Port: var port }
            ? $"{Uri.ToShortString().Split("://")[0]}://{new IPEndPoint(DialledAs(address), port)}"
            : Uri.ToShortString();
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        var certificate = _options.Certificate?.Invoke();
        if (Uri.StartsWithTls)
            stream = await StartTlsAsync(stream, certificate, cancellation).ConfigureAwait(false);
        if (!Uri.IsTelnet)
            return new StreamLine(at, stream, socket, gone);
        var telnet = new TelnetLineOptions
        {
            Title = at,
            Role = TelnetRole.Acceptor,
            ComPort = Uri.IsComPort || _options.ComPort,
            Signature = _options.Signature,
            StartTls = Uri.StartsWithTls || certificate is null ? null : (s, c) => StartTlsAsync(s, certificate, c),
            RequiresTls = Uri.RequiresTls,
            HandshakeTimeout = _options.HandshakeTimeout,
            NegotiationWait = _options.NegotiationWait,
            Time = _options.Time,
        };
        return await TelnetLine.OpenAsync(stream, socket, telnet, gone, cancellation).ConfigureAwait(false);

        static IPAddress DialledAs(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private Task<SslStream> StartTlsAsync(Stream stream, SslStreamCertificateContext? certificate, CancellationToken cancellation) =>
        certificate is null
            ? throw new IOException("there is no certificate to show")
            : TlsAcceptor.AuthenticateAsync(stream, certificate, new TlsPeer("", Uri.Parameters), _options.Tls, cancellation);
}
