namespace Portside.Api.Contracts;

/// <summary>A text frame from the server to an attached client. What is null depends on <see cref="Type"/>.</summary>
internal sealed record AttachEvent
{
    /// <summary><c>attached</c>, <c>notice</c>, <c>mode</c>, <c>gap</c>, <c>discarded</c>, <c>silence</c> or <c>end</c>; others are to be ignored.</summary>
    public required string Type { get; init; }

    /// <summary><c>attached</c>: the client's id.</summary>
    public string? Client { get; init; }

    /// <summary><c>attached</c>, <c>mode</c>: what the client may do from here.</summary>
    public string? Mode { get; init; }

    /// <summary><c>mode</c>: who changed it.</summary>
    public string? By { get; init; }

    /// <summary><c>attached</c>: the port.</summary>
    public PortDescription? Port { get; init; }

    /// <summary><c>attached</c>: who else is here.</summary>
    public IReadOnlyList<OtherClient>? Others { get; init; }

    /// <summary><c>attached</c>: bytes that follow which were said before.</summary>
    public long? ReplayBytes { get; init; }

    /// <summary><c>notice</c>, <c>silence</c>: for the person.</summary>
    public string? Text { get; init; }

    /// <summary><c>gap</c>: bytes that were missed here. <c>discarded</c>: bytes of the client that went nowhere since it was last told.</summary>
    public long? Bytes { get; init; }

    /// <summary><c>end</c>: why. <c>discarded</c>: why, or null where nothing has changed since the client was last told.</summary>
    public string? Reason { get; init; }
}
