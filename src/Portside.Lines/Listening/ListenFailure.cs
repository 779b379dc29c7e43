using System.Net;
using System.Net.Sockets;

namespace Portside.Lines.Listening;

/// <summary>Why an address cannot be listened on, for people.</summary>
public static class ListenFailure
{
    /// <summary>Tells what is in the way, and how to look for it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="error">What the system said.</param>
    /// <returns>One or two sentences.</returns>
    public static string Describe(IPEndPoint address, SocketException error)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(error);
        return error.SocketErrorCode switch
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
}
