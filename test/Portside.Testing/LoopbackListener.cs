using System.Net;
using System.Net.Sockets;

namespace Portside.Testing;

/// <summary>Listens on 127.0.0.1 at a port the system picks, for peers that want real sockets.</summary>
public sealed class LoopbackListener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Listens.</summary>
    public LoopbackListener()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The port it listens on.</summary>
    public int Port => EndPoint.Port;

    /// <summary>The next connection, within 30 s.</summary>
    /// <returns>Its stream, which owns the socket.</returns>
    public async Task<NetworkStream> AcceptAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var socket = await _socket.AcceptAsync(patience.Token).ConfigureAwait(false);
        socket.NoDelay = true;
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The next connection as a scripted peer, within 30 s.</summary>
    /// <returns>The peer.</returns>
    public async Task<ScriptedPeer> AcceptPeerAsync() => new(await AcceptAsync().ConfigureAwait(false));

    /// <summary>Stops listening.</summary>
    public void Dispose() => _socket.Dispose();
}
