using System.Text;
using Portside.Concentrator.Diagnostics;
using Portside.Lines.Uris;

namespace Portside.Concentrator.Routing;

/// <summary>
/// Decides what a service URI means: the bare names of the field and whatever is configured have clients attach, a real
/// URI is dialled or listened for, a cable is plugged in.
/// </summary>
public sealed class ServiceRouter
{
    /// <summary>Names that guides of other concentrators taught their users, so that only the proxy's address must change.</summary>
    public static IReadOnlyList<string> WellKnownNames { get; } = ["vSPC.py", "vmware-vspc", "node-vspc", "portside"];

    /// <summary>Longest service URI served, in bytes of UTF-8; it is kept as long as its link.</summary>
    public const int MaxLength = 4096;

    private readonly HashSet<string> _names;

    /// <summary>A router for the well-known and the configured names.</summary>
    /// <param name="configured">Further names or whole URIs, compared without case.</param>
    public ServiceRouter(IEnumerable<string> configured) =>
        _names = new HashSet<string>(WellKnownNames.Concat(configured), StringComparer.OrdinalIgnoreCase);

    /// <summary>Decides on a DO-PROXY.</summary>
    /// <param name="direction">Its direction byte; <c>'S'</c> and <c>'C'</c> are defined.</param>
    /// <param name="serviceUri">Its service URI, UTF-8.</param>
    /// <returns>The route.</returns>
    public ServiceRoute Decide(byte direction, ReadOnlySpan<byte> serviceUri)
    {
        if (direction is not ((byte)'S' or (byte)'C'))
            return Refuse("direction", $"Direction byte 0x{direction:X2} is neither 'S' (server) nor 'C' (client).");

        if (serviceUri.Length > MaxLength)
            return Refuse("service-uri", $"The service URI is {serviceUri.Length} bytes long; {MaxLength} are allowed.");
        var text = Encoding.UTF8.GetString(serviceUri);
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var name = query < 0 ? text : text[..query];
        var isUri = name.Contains(':', StringComparison.Ordinal);
        if ((_names.Contains(name) || _names.Contains(text)) && !(isUri && direction == 'C'))
        {
            return new ServiceRoute(true, query < 0 ? null : UriQuery.Read(text[(query + 1)..]).Label, direction == 'C'
                ? $"direction is client, but \"{PeerText.Clean(name)}\" is not an address to dial; served as direction server"
                : null, null, null);
        }

        if (!SerialUri.TryParse(text, out var uri, out var error))
        {
            return Refuse(
                "service-uri",
                $"Service URI \"{PeerText.CleanUri(text)}\" cannot be read: {PeerText.Clean(error)} Where clients are to attach, set it to \"vSPC.py\".");
        }

        return uri switch
        {
            CableUri => new ServiceRoute(true, uri.Label, null, null, null, uri),
            NetworkUri { Host.Length: 0 } when direction == 'C' => Refuse(
                "direction",
                $"Service URI \"{PeerText.CleanUri(text)}\" with direction client names no host to dial. Set the port's direction to server, or name the host."),
            NetworkUri => new ServiceRoute(true, uri.Label, null, null, null, uri),
            _ => Refuse(
                "service-uri",
                $"Service URI \"{PeerText.CleanUri(text)}\" is not served here. Set the port's service URI to \"vSPC.py\", "
                + "or add this one to vm.serviceNames."),
        };
    }

    private static ServiceRoute Refuse(string reason, string detail) => new(false, null, null, reason, detail);
}
