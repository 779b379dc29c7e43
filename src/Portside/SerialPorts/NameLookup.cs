using System.Net;
using System.Net.Sockets;

namespace Portside.SerialPorts;

/// <summary>Names as this computer resolves them.</summary>
internal static class NameLookup
{
    /// <summary>The addresses of a name.</summary>
    /// <param name="name">A name or an address; null for nobody.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>None where the name is not known here.</returns>
    public static async Task<IReadOnlyList<IPAddress>> AddressesAsync(string? name, CancellationToken cancellation)
    {
        if (name is null)
            return [];
        try
        {
            return await Dns.GetHostAddressesAsync(name, cancellation);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
    }
}
