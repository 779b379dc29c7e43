using System.Net;
using System.Net.Sockets;

namespace Portside.EndToEnd.Tests.Bridges;

/// <summary>A TCP port for a program that cannot choose one itself.</summary>
internal static class FreePort
{
    /// <summary>One that nobody listens at now.</summary>
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
