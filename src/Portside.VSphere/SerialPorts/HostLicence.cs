namespace Portside.VSphere.SerialPorts;

/// <summary>Whether a host's licence carries the feature that concentrators need.</summary>
/// <param name="Carries">Null where the server does not say.</param>
/// <param name="Name">The licence's name; or why nothing is said.</param>
public sealed record HostLicence(bool? Carries, string Name);
