using System.Net;
using Microsoft.Extensions.Primitives;

namespace Portside.Api.Server;

/// <summary>
/// Keeps web pages of other sites away from an API that trusts whoever reaches it: their requests carry a foreign
/// Origin, or reach a loopback address under a foreign Host by rebound DNS.
/// </summary>
/// <param name="hosts">Further host names by which it may be called; compared without case and port.</param>
internal sealed class LoopbackGuard(IEnumerable<string> hosts)
{
    private readonly HashSet<string> _hosts = new(hosts.Append("localhost"), StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a request is refused; null when it is welcome.</summary>
    public string? Refuse(HttpContext context)
    {
        var host = context.Request.Host;
        var local = context.Connection.LocalIpAddress;
        if (!IsOurs(host.Host, local))
            return $"This server does not answer to the name \"{host.Host}\"; add it to http.hosts if it should.";
        if (context.Request.Headers.Origin is { Count: > 0 } origin && !SameOrigin(origin, host))
            return $"A page of {origin} may not use this server.";
        return null;
    }

    private static bool SameOrigin(StringValues origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);

    private bool IsOurs(string host, IPAddress? local)
    {
        if (_hosts.Contains(host))
            return true;
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return false;
        return IPAddress.IsLoopback(address) || (local is not null && address.Equals(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local));
    }
}
