namespace Portside.Host.Properties;

/// <summary>One step of a path: a field, and the key of one of its items.</summary>
/// <param name="Name">The field.</param>
/// <param name="Key">The item's key; null for the field as a whole.</param>
internal readonly record struct PathStep(string Name, string? Key);
