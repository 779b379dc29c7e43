namespace Portside.Api.Contracts;

/// <summary>A text frame from an attached client to the server. What is null depends on <see cref="Type"/>.</summary>
internal sealed record AttachRequest
{
    /// <summary><c>resize</c>, <c>break</c>, <c>mode</c>, <c>who</c> or <c>info</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>break</c>: a key to follow it, before anybody else's bytes; null for none.</summary>
    public string? Sysrq { get; init; }

    /// <summary><c>resize</c>: width of the window.</summary>
    public int? Columns { get; init; }

    /// <summary><c>resize</c>: height of the window.</summary>
    public int? Rows { get; init; }

    /// <summary><c>mode</c>: what the client wants from here.</summary>
    public string? Mode { get; init; }
}
