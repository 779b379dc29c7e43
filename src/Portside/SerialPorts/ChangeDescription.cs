using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>One change to one port.</summary>
/// <param name="Operation"><c>add</c>, <c>edit</c> or <c>remove</c>.</param>
/// <param name="Key">The device's key; null for a port that is added.</param>
/// <param name="Port">What vSphere calls the port; null for one that is added.</param>
/// <param name="Differences">Field by field.</param>
internal sealed record ChangeDescription(string Operation, int? Key, string? Port, IReadOnlyList<PortDifference> Differences)
{
    /// <summary>A change in words for programs.</summary>
    /// <param name="change">The change.</param>
    /// <returns>The description.</returns>
    public static ChangeDescription Of(PortChange change) => new(change.Operation, change.Port?.Key, change.Port?.Name, change.Differences);
}
