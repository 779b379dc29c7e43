using Portside.Concentrator.Hosting;

namespace Portside.Api.Server;

/// <summary>What the API tells of the program around the concentrator.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="ProxyUris">The URIs to paste into a machine's port.</param>
/// <param name="HttpAddress">Where the API listens, once it does.</param>
internal sealed record ServerFacts(
    string Version,
    Func<ConcentratorServer, IReadOnlyList<string>> ProxyUris,
    Func<string?> HttpAddress);
