namespace Portside.Api.Contracts;

/// <summary>A connection of the VM side that is held, as <c>GET /v1/quarantined</c> shows it: not known to be the machine it claims to be.</summary>
internal sealed record QuarantinedDescription
{
    /// <summary>By which it is admitted or dropped, such as <c>q3</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Since when it is held.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary><c>waiting</c> while the inventory still has time to agree, then <c>quarantined</c>.</summary>
    public required string State { get; init; }

    /// <summary>Address and port it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>UUID it claims.</summary>
    public required string Uuid { get; init; }

    /// <summary>Id of the port it claims.</summary>
    public required string Port { get; init; }

    /// <summary>What it calls itself.</summary>
    public string? Name { get; init; }

    /// <summary>One word for programs.</summary>
    public required string Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Detail { get; init; }

    /// <summary><c>server</c> or <c>client</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>Its service URI.</summary>
    public string? ServiceUri { get; init; }

    /// <summary>Serial bytes it sent that were thrown away.</summary>
    public long BytesDropped { get; init; }
}
