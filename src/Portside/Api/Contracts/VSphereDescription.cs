namespace Portside.Api.Contracts;

/// <summary>The vSphere that is followed for names, as <c>GET /v1/server</c> shows it.</summary>
internal sealed record VSphereDescription
{
    /// <summary>Its API.</summary>
    public required string Url { get; init; }

    /// <summary><c>connecting</c>, <c>following</c>, <c>unreachable</c> (it is tried again) or <c>refused</c> (it is not, before a reload).</summary>
    public required string State { get; init; }

    /// <summary>What is wrong, in words; null where nothing is.</summary>
    public string? Detail { get; init; }

    /// <summary>What to do about it; null where nothing is wrong.</summary>
    public string? Next { get; init; }

    /// <summary>Who is logged in there, or would be.</summary>
    public string? User { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it last told of a change; null for never.</summary>
    public DateTimeOffset? Heard { get; init; }

    /// <summary>Machines known.</summary>
    public int Machines { get; init; }

    /// <summary>Machines whose configuration may not be read, so that nobody knows which links are theirs.</summary>
    public int Unreadable { get; init; }
}
