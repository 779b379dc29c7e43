using System.Globalization;
using System.Net;
using Portside.Concentrator.Links;

namespace Portside.Serve;

/// <summary>What to paste into vSphere as a serial port's proxy URI.</summary>
internal static class ProxyUris
{
    /// <summary>The URIs of a concentrator.</summary>
    /// <param name="listening">Where machines connect, with real port numbers.</param>
    /// <param name="names">By what names and addresses others reach this machine.</param>
    /// <param name="isAdvertised">Whether an operator chose the names: then they hold for a listener on one address too.</param>
    /// <param name="tls">Whether machines may, must or cannot use TLS.</param>
    /// <param name="thumbprint">SHA-1 of the certificate, or null.</param>
    /// <returns>Encrypted ones first: they are the ones to take.</returns>
    public static IReadOnlyList<string> All(
        IReadOnlyList<IPEndPoint> listening, IReadOnlyList<string> names, bool isAdvertised, TlsPolicy tls, string? thumbprint)
    {
        var hosts = listening
            .SelectMany(l => isAdvertised || l.Address.Equals(IPAddress.Any) || l.Address.Equals(IPAddress.IPv6Any)
                ? names.Select(n => (Host: n, l.Port))
                : [(Host: l.Address.ToString(), l.Port)])
            .Distinct()
            .Select(h => string.Create(CultureInfo.InvariantCulture, $"{Bracketed(h.Host)}:{h.Port}"))
            .ToList();
        var uris = new List<string>();
        if (tls != TlsPolicy.Off)
            uris.AddRange(hosts.Select(h => $"telnets://{h}" + (thumbprint is null ? "" : $"#thumbprint={thumbprint}")));
        if (tls != TlsPolicy.Require)
            uris.AddRange(hosts.Select(h => $"telnet://{h}"));
        return uris;
    }

    private static string Bracketed(string host) =>
        host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
}
