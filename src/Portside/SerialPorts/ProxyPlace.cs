using System.Net;

namespace Portside.SerialPorts;

/// <summary>Where a concentrator is that ports dial.</summary>
/// <param name="Name">Its name in the proxy URI.</param>
/// <param name="Addresses">The addresses of this name; none where they are not known here.</param>
internal sealed record ProxyPlace(string Name, IReadOnlyList<IPAddress> Addresses);
