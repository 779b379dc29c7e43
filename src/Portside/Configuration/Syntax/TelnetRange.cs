using System.Net;

namespace Portside.Configuration.Syntax;

/// <summary>Where ports get their console telnet ports.</summary>
/// <param name="Address">The address; null turns console telnet off.</param>
/// <param name="First">First port.</param>
/// <param name="Last">Last port, inclusive.</param>
internal readonly record struct TelnetRange(IPAddress? Address, int First, int Last);
