using Portside.VSphere.Schema;

namespace Portside.VSphere.SerialPorts;

/// <summary>A host.</summary>
/// <param name="Reference">The host.</param>
/// <param name="Name">Its name.</param>
/// <param name="Parent">Its cluster, or what stands for one.</param>
/// <param name="ConnectionState"><c>connected</c>, or why it cannot be asked.</param>
public sealed record InventoryHost(ManagedObjectReference Reference, string Name, ManagedObjectReference? Parent, string? ConnectionState);
