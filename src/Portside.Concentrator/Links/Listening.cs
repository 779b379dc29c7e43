using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Portside.Concentrator.Links;

/// <summary>How sockets are opened on every side.</summary>
internal static class Listening
{
    /// <summary>Opens a listening socket; an IPv6 one takes IPv6 only, so that both families can be named.</summary>
    /// <exception cref="ListenException">The address cannot be had.</exception>
    public static Socket Open(IPEndPoint address, int backlog)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;

            // Not ReuseAddress: on Linux .NET turns it into SO_REUSEPORT too, and a second program could then take
            // every other connection. What a restart needs, SO_REUSEADDR, .NET sets by itself when it binds.
            socket.Bind(address);
            socket.Listen(backlog);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new ListenException(address, error);
        }
    }

    /// <summary>TCP_USER_TIMEOUT of Linux: how long sent bytes may stay unacknowledged, in milliseconds.</summary>
    private const int TcpUserTimeout = 18;

    /// <summary>
    /// Finds dead peers: silent ones by probes, for their guests may say nothing for days; and after the same time those
    /// that do not acknowledge what was sent, for then TCP does not probe and would try on for a quarter of an hour.
    /// </summary>
    public static void KeepAlive(Socket socket, LinkOptions options)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(options.KeepAliveIdle));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(options.KeepAliveInterval));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, options.KeepAliveProbes);
        if (!OperatingSystem.IsLinux())
            return;
        Span<byte> limit = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(
            limit, (uint)(options.KeepAliveIdle + (options.KeepAliveInterval * options.KeepAliveProbes)).TotalMilliseconds);
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, limit);
    }

    /// <summary>Why a connection could not be accepted, and what to do about it if that is known.</summary>
    public static string Explain(Exception error) => error is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets }
        ? $"{error.Message}; raise LimitNOFILE (systemd) or ulimit -n"
        : error.Message;

    /// <summary>An IPv4 peer on an IPv6 socket, shown as IPv4.</summary>
    public static EndPoint? Readable(EndPoint? remote) =>
        remote is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
            ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
            : remote;

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);
}
