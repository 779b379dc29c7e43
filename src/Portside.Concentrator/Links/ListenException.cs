using System.Net;
using System.Net.Sockets;

namespace Portside.Concentrator.Links;

/// <summary>An address cannot be listened on.</summary>
/// <param name="address">The address.</param>
/// <param name="error">What the system said.</param>
public sealed class ListenException(IPEndPoint address, SocketException error)
    : IOException(Describe(address, error), error)
{
    /// <summary>The address.</summary>
    public IPEndPoint Address { get; } = address;

    /// <summary>Whether the number is the trouble: another program has it, or it is not for this user.</summary>
    internal bool IsTaken => InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AccessDenied };

    private static string Describe(IPEndPoint address, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"{address} is in use by another program. See which: ss -ltnp 'sport = :{address.Port}'",
        SocketError.AccessDenied =>
            $"{address} may not be opened: ports below 1024 need root or CAP_NET_BIND_SERVICE.",
        SocketError.AddressNotAvailable =>
            $"{address} is not an address of this machine. See which are: ip -brief address",
        _ => $"{address} cannot be opened: {error.Message}",
    };
}
