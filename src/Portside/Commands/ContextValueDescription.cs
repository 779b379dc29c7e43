namespace Portside.Commands;

/// <summary>A value that holds, as <c>context show -o json</c> shows it.</summary>
/// <param name="Key">What it is.</param>
/// <param name="Value">The value, or where a password is; null where nothing is set.</param>
/// <param name="From">The option, the variable or the context that says it; null for a default.</param>
internal sealed record ContextValueDescription(string Key, string? Value, string? From);
