using Portside.Host.Proxies;

namespace Portside.SerialPorts;

/// <summary>Concentrators by the proxy URIs of ports; each name is looked up once.</summary>
internal sealed class ProxyPlaces
{
    private readonly Dictionary<string, ProxyPlace> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A concentrator of which nothing is known yet.</summary>
    public static ProxyPlace Unnamed { get; } = new("the concentrator", []);

    /// <summary>Finds concentrators.</summary>
    /// <param name="uris">Proxy URIs of ports; null for ports without one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Each once. A URI that is none says that there is a concentrator, and not where.</returns>
    public async Task<IReadOnlyList<ProxyPlace>> FindAsync(IEnumerable<string?> uris, CancellationToken cancellation)
    {
        var found = new List<ProxyPlace>();
        foreach (var text in uris.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var place = Unnamed;
            if (ProxyUri.TryParse(text, out var uri, out _) && !_known.TryGetValue(uri.Host, out place!))
                _known[uri.Host] = place = new(uri.Host, await NameLookup.AddressesAsync(uri.Host, cancellation));
            if (!found.Contains(place))
                found.Add(place);
        }

        return found;
    }
}
