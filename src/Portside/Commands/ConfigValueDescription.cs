using System.Text.Json;

namespace Portside.Commands;

/// <summary>An effective value, as <c>config show -o json</c> shows it.</summary>
/// <param name="Key">Section and name.</param>
/// <param name="Value">The value as in the file; null where nothing is set.</param>
/// <param name="From"><c>default</c>, <c>file</c>, <c>environment</c> or <c>commandLine</c>.</param>
/// <param name="Where"><c>file:line:column</c>, the variable or the option; null for a default.</param>
internal sealed record ConfigValueDescription(string Key, JsonElement Value, string From, string? Where);
