using System.Text;
using Portside.Concentrator.Diagnostics;

namespace Portside.Concentrator.Routing;

/// <summary>Decides which service URIs are served: the bare names of the field and whatever is configured.</summary>
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
        var uri = Encoding.UTF8.GetString(serviceUri);
        var query = uri.IndexOf('?', StringComparison.Ordinal);
        var name = query < 0 ? uri : uri[..query];
        var isUri = name.Contains(':', StringComparison.Ordinal);
        var served = _names.Contains(name) || _names.Contains(uri);
        var shown = PeerText.Clean(uri);
        if (served && isUri && direction == 'C')
        {
            return Refuse(
                "direction",
                $"Service URI \"{shown}\" with direction client asks this concentrator to dial it, which it does not do. " +
                "Set the port's direction to server.");
        }

        if (!served)
        {
            return Refuse(
                "service-uri",
                $"Service URI \"{shown}\" is not served here. Set the port's service URI to \"vSPC.py\", " +
                "or add this one to vm.serviceNames.");
        }

        var note = direction == 'C'
            ? $"direction is client, but \"{PeerText.Clean(name)}\" is not an address to dial; served as direction server"
            : null;
        return new ServiceRoute(true, query < 0 ? null : Label(uri.AsSpan(query + 1)), note, null, null);
    }

    /// <summary>The first <c>port</c> of a URL query; null when absent or blank.</summary>
    private static string? Label(ReadOnlySpan<char> query)
    {
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            var key = equals < 0 ? pair : pair[..equals];
            if (!key.SequenceEqual("port"))
                continue;
            var value = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..].ToString().Replace('+', ' '));
            return value.Length == 0 ? null : value;
        }

        return null;
    }

    private static ServiceRoute Refuse(string reason, string detail) => new(false, null, null, reason, detail);
}
