namespace Portside.Api.Contracts;

/// <summary>An error, as <c>application/problem+json</c> (RFC 9457) with the next thing to try.</summary>
internal sealed record Problem
{
    /// <summary>A name for the kind of error.</summary>
    public string? Type { get; init; }

    /// <summary>The kind of error in a few words.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What went wrong, about which object.</summary>
    public string? Detail { get; init; }

    /// <summary>The next command to try.</summary>
    public string? Next { get; init; }

    /// <summary>Ports that an ambiguous selector may have meant.</summary>
    public IReadOnlyList<string>? Candidates { get; init; }

    /// <summary>Who holds the port.</summary>
    public string? Holder { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }
}
