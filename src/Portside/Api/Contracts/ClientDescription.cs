namespace Portside.Api.Contracts;

/// <summary>A client, as <c>GET /v1/clients</c> shows it.</summary>
internal sealed record ClientDescription
{
    /// <summary>What <c>kick</c> takes: <c>c12</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The id of its port.</summary>
    public required string Port { get; init; }

    /// <summary>Who it says it is.</summary>
    public required string Name { get; init; }

    /// <summary>Address and port it comes from.</summary>
    public required string Address { get; init; }

    /// <summary><c>telnet</c> or <c>websocket</c>.</summary>
    public required string Via { get; init; }

    /// <summary>Its mode, as in <c>?mode=</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>When it attached.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Bytes of the machine it was too slow for.</summary>
    public long MissedBytes { get; init; }

    /// <summary>Width of its window, if it told.</summary>
    public int? Columns { get; init; }

    /// <summary>Height of its window, if it told.</summary>
    public int? Rows { get; init; }
}
