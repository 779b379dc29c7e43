namespace Portside.Concentrator.Cables;

/// <summary>A cable as it is written down: its name and what is plugged into it.</summary>
/// <param name="Name">1 to 64 letters, digits, dots, underscores and hyphens.</param>
/// <param name="A">A port's id, or the URI of a line outside; null while nothing is plugged in.</param>
/// <param name="B">The same for the other end.</param>
/// <param name="Options">What makes it worse than it is.</param>
/// <param name="ByMachines">Whether machines made it by their service URI (<c>cable:NAME</c>), rather than an operator.</param>
public sealed record CableDefinition(string Name, string? A, string? B, CableOptions Options, bool ByMachines);
