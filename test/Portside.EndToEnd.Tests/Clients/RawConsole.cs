using System.Net;
using System.Net.Sockets;
using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Clients;

/// <summary>A program on a plain socket, such as <c>nc</c>, which answers no option.</summary>
internal static class RawConsole
{
    /// <summary>Connects to a port of this machine.</summary>
    public static async Task<ScriptedPeer> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience.Limit);
        return new ScriptedPeer(new NetworkStream(socket, ownsSocket: true)) { Patience = Patience.Limit };
    }
}
