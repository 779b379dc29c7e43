using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Guarding;

/// <summary>A link that is kept apart, or waits to be judged, as it was at one moment.</summary>
public sealed record QuarantinedLink
{
    /// <summary>By which it is admitted or dropped by hand, such as <c>q3</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Since when it is held, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>False while the inventory still has time to agree.</summary>
    public required bool IsFinal { get; init; }

    /// <summary>Address and port it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The port it claims.</summary>
    public required PortId Port { get; init; }

    /// <summary>What it calls itself, safe to show; null where it told nothing.</summary>
    public required string? Name { get; init; }

    /// <summary>One word, as in <see cref="GuardVerdict.Reason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>The reason in words, safe to show.</summary>
    public required string Detail { get; init; }

    /// <summary><c>server</c>, <c>client</c> or null.</summary>
    public required string? Direction { get; init; }

    /// <summary>Its service URI, safe to show.</summary>
    public required string? ServiceUri { get; init; }

    /// <summary>Serial bytes it sent that were thrown away.</summary>
    public required long BytesDropped { get; init; }
}
