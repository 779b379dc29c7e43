namespace Portside.VSphere.SerialPorts;

/// <summary>Whether a host offers network serial ports to machines of a hardware version.</summary>
/// <param name="Host">The host.</param>
/// <param name="IsOffered">True or false; null where the server says nothing of serial ports at all.</param>
/// <param name="Directions">Directions that are offered.</param>
/// <param name="Detail">What was found, in words.</param>
public sealed record HostSupport(InventoryHost Host, bool? IsOffered, IReadOnlyList<string> Directions, string Detail);
