using System.Net;

namespace Portside.Configuration;

/// <summary>The HTTP API, its WebSockets and <c>/metrics</c>.</summary>
internal sealed class HttpOptions
{
    /// <summary>Where it listens; default 127.0.0.1:13371, beside the port of the virtual machines.</summary>
    public IPEndPoint Listen { get; set; } = new(IPAddress.Loopback, 13371);

    /// <summary>Whether it may listen beyond loopback although it knows no users; default no.</summary>
    public bool InsecureAnywhere { get; set; }

    /// <summary>Host names by which a browser or a reverse proxy may call it, besides its own addresses.</summary>
    public IList<string> Hosts { get; set; } = [];
}
