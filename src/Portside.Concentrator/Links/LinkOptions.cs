using System.Net;
using System.Security.Authentication;

namespace Portside.Concentrator.Links;

/// <summary>How the concentrator meets virtual machines.</summary>
public sealed class LinkOptions
{
    /// <summary>Where virtual machines connect; default port 13370 on every IPv4 and IPv6 address, as other concentrators do.</summary>
    public IList<IPEndPoint> Listen { get; set; } = [new(IPAddress.Any, 13370), new(IPAddress.IPv6Any, 13370)];

    /// <summary>Networks that machines may come from; default all. Others are closed at accept.</summary>
    public IList<IPNetwork> Allow { get; set; } = [new(IPAddress.Any, 0), new(IPAddress.IPv6Any, 0)];

    /// <summary>Whether links may, must or cannot use TLS; default <see cref="TlsPolicy.Allow"/>.</summary>
    public TlsPolicy Tls { get; set; }

    /// <summary>PEM file with the certificate (chain); null: one is made at first start and kept in the state directory.</summary>
    public string? Certificate { get; set; }

    /// <summary>PEM file with the private key; null: it is in the file of <see cref="Certificate"/>.</summary>
    public string? Key { get; set; }

    /// <summary>TLS versions accepted; default 1.2 and 1.3. Hosts of vSphere 4.1 to 5.x need an older one, by explicit choice.</summary>
    public SslProtocols TlsVersions { get; set; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Names served as service URI besides the well-known ones, compared without case.</summary>
    public IList<string> ServiceNames { get; set; } = [];

    /// <summary>Time from accept to a known identity; default 30 s, ample for a host that resolves names slowly.</summary>
    public TimeSpan IdentityTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time a TLS handshake may take; default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Links at once, identified or not; default 20,000. One more is closed at accept.</summary>
    public int MaxLinks { get; set; } = 20_000;

    /// <summary>Ports at once, connected or not; default 20,000, as many as links. A machine that would need one more is refused.</summary>
    public int MaxPorts { get; set; } = 20_000;

    /// <summary>
    /// Time a port's machine has to give a sign of life when another connection claims its UUID; default 1 s: a host that
    /// lives answers within milliseconds, and one that restarts a machine after another host's death has taken far longer.
    /// </summary>
    public TimeSpan TakeoverGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Idle time before TCP keepalive probes a silent link; default 60 s, because a healthy guest may be silent for days.</summary>
    public TimeSpan KeepAliveIdle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between keepalive probes; default 10 s.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Unanswered probes that end a link; default 3.</summary>
    public int KeepAliveProbes { get; set; } = 3;

    /// <summary>Whether RFC 2217 is agreed to, by which machines tell speed and framing of their line; default on.</summary>
    public bool ComPort { get; set; } = true;

    /// <summary>Which machines are told what clients make of the line; default <see cref="LineTelling.Bridge"/>.</summary>
    public LineTelling LineSettings { get; set; }

    /// <summary>Apply RFC 854's CR NUL rule on links without BINARY; default off, as no known host does so.</summary>
    public bool TranslateCr { get; set; }
}
