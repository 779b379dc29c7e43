namespace Portside.Api.Contracts;

/// <summary>Connections of the VM side that were turned away, as <c>GET /v1/rejected</c> shows them; alike ones are counted together.</summary>
internal sealed record RejectedDescription
{
    /// <summary>When, the last time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Address it came from.</summary>
    public required string Source { get; init; }

    /// <summary>One word for programs.</summary>
    public required string Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Detail { get; init; }

    /// <summary><c>server</c> or <c>client</c>, if it came as far.</summary>
    public string? Direction { get; init; }

    /// <summary>The service URI it asked for, if it came as far.</summary>
    public string? ServiceUri { get; init; }

    /// <summary>How often.</summary>
    public long Count { get; init; } = 1;
}
