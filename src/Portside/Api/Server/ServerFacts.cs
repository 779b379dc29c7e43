using Portside.Api.Contracts;
using Portside.Concentrator.Hosting;
using Portside.Naming;

namespace Portside.Api.Server;

/// <summary>What the API tells of the program around the concentrator.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="ProxyUris">The URIs to paste into a machine's port.</param>
/// <param name="HttpAddress">Where the API listens, once it does.</param>
internal sealed record ServerFacts(
    string Version,
    Func<ConcentratorServer, IReadOnlyList<string>> ProxyUris,
    Func<string?> HttpAddress)
{
    /// <summary>What vSphere knows of a machine, by its UUID (32 hex digits); null for nothing.</summary>
    public Func<string, MachinePlace?> PlaceOf { get; init; } = static _ => null;

    /// <summary>How it stands with the vSphere that is followed; null where none is.</summary>
    public Func<VSphereDescription?> VSphere { get; init; } = static () => null;
}
