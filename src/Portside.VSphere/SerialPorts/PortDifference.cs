namespace Portside.VSphere.SerialPorts;

/// <summary>One field that is not as it is wished.</summary>
/// <param name="Field">Its name, as vSphere calls it.</param>
/// <param name="Was">As it is; null for nothing.</param>
/// <param name="Becomes">As it is to be; null for nothing.</param>
public sealed record PortDifference(string Field, string? Was, string? Becomes);
