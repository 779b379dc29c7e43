using System.Text.Json;

namespace Portside.Host.Api;

/// <summary>An answer of the automation API.</summary>
/// <param name="Status">Its status; the older style has 200 for each success.</param>
/// <param name="Write">Its JSON; null for none.</param>
internal readonly record struct RestReply(int Status, Action<Utf8JsonWriter>? Write = null)
{
    /// <summary>Done, and nothing to say.</summary>
    public static RestReply Done { get; } = new(204);

    /// <summary>A key that a session has to show from now on.</summary>
    public string? SessionKey { get; init; }
}
