using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Portside.Serve;

/// <summary>By what names and addresses others reach this machine.</summary>
internal static class OwnAddresses
{
    /// <summary>The host name, and the first address that is neither loopback nor link-local, if there is one.</summary>
    /// <returns>At least the host name.</returns>
    public static IReadOnlyList<string> All()
    {
        var names = new List<string> { Dns.GetHostName() };
        try
        {
            var address = NetworkInterface.GetAllNetworkInterfaces()
                .Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                // The one with a way out is the one by which others come in.
                .OrderByDescending(n => n.GetIPProperties().GatewayAddresses.Count)
                .SelectMany(n => n.GetIPProperties().UnicastAddresses)
                .Select(a => a.Address)
                .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !a.ToString().StartsWith("169.254.", StringComparison.Ordinal));
            if (address is not null)
                names.Add(address.ToString());
        }
        catch (NetworkInformationException)
        {
            // Some containers hide their interfaces; the name has to do.
        }

        return names;
    }
}
