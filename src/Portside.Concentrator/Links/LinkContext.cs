using System.Net.Security;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Remotes;
using Portside.Concentrator.Routing;

namespace Portside.Concentrator.Links;

/// <summary>What every link of a concentrator shares.</summary>
/// <param name="Options">How machines are met.</param>
/// <param name="Ports">The ports.</param>
/// <param name="Remotes">What service URIs have the concentrator do.</param>
/// <param name="Router">Which service URIs are served.</param>
/// <param name="Rejections">Where refused attempts are remembered.</param>
/// <param name="Tls">How to be a TLS server just now; null when TLS is off.</param>
/// <param name="Metrics">What is measured.</param>
/// <param name="Descriptors">How many sockets may be open.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log of links.</param>
internal sealed record LinkContext(
    LinkOptions Options,
    PortRegistry Ports,
    RemoteSystems Remotes,
    Func<ServiceRouter> Router,
    Rejections Rejections,
    Func<SslServerAuthenticationOptions>? Tls,
    ConcentratorMetrics Metrics,
    DescriptorBudget Descriptors,
    TimeProvider Time,
    ILogger Log)
{
    /// <summary>Asks that a link be looked at again and again until its deadline: it has got one.</summary>
    public Action<Link>? Watch { get; set; }
}
