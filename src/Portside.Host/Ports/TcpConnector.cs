using System.Net;
using System.Net.Sockets;

namespace Portside.Host.Ports;

/// <summary>Dials a proxy over TCP.</summary>
internal static class TcpConnector
{
    /// <summary>Probes before a proxy counts as dead, as ESXi has it.</summary>
    public const int KeepAliveProbes = 5;

    /// <summary>Dials the first address that answers.</summary>
    /// <param name="options">Whom to reach, and the keepalive to set.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async ValueTask<Stream> ConnectAsync(VirtualSerialPortOptions options, CancellationToken cancellation)
    {
        var from = options.Source?.Invoke();
        var socket = from is null ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(from.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // A key press must not wait for the acknowledgement of the one before.
            socket.NoDelay = true;
            var idle = Math.Max(1, (int)options.KeepIdle.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, idle);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, idle / 100));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            if (from is not null)
                socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(options.ProxyUri.Host, options.ProxyUri.Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
