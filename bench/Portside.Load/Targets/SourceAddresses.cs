using System.Net;
using System.Net.Sockets;

namespace Portside.Load.Targets;

/// <summary>
/// Spreads connections over many loopback addresses, as machines come from many hosts. From one address to one port the
/// kernel has 28,232 local ports and searches them one by one: with some thousands taken or in TIME_WAIT that search was
/// 40 % of the load generator's processor time, which the concentrator needs.
/// </summary>
internal static class SourceAddresses
{
    /// <summary>IPPROTO_IP and IP_BIND_ADDRESS_NO_PORT: bind the address only, choose the port when connecting.</summary>
    private const int IpLevel = 0;
    private const int BindAddressNoPort = 24;

    private static readonly IPEndPoint[] Addresses =
        [.. Enumerable.Range(1, 250).Select(host => new IPEndPoint(new IPAddress([127, 0, 16, (byte)host]), 0))];

    private static int _next;

    /// <summary>Gives the socket the next address, if it is going to a loopback address of IPv4.</summary>
    public static void Bind(Socket socket, IPEndPoint destination)
    {
        if (destination.AddressFamily != AddressFamily.InterNetwork || !IPAddress.IsLoopback(destination.Address))
            return;
        socket.SetRawSocketOption(IpLevel, BindAddressNoPort, [1, 0, 0, 0]);
        socket.Bind(Addresses[(uint)Interlocked.Increment(ref _next) % Addresses.Length]);
    }
}
