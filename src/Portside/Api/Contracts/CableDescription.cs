namespace Portside.Api.Contracts;

/// <summary>A cable, as <c>GET /v1/cables</c> shows it.</summary>
internal sealed record CableDescription
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What is plugged in at one end: a port's id or a line's URI; null while nothing is.</summary>
    public string? A { get; init; }

    /// <summary>The name of that port's machine, where it is known.</summary>
    public string? AName { get; init; }

    /// <summary>What is plugged in at the other end.</summary>
    public string? B { get; init; }

    /// <summary>The name of that port's machine, where it is known.</summary>
    public string? BName { get; init; }

    /// <summary><c>operator</c>, or <c>machines</c> where service URIs made it.</summary>
    public required string By { get; init; }

    /// <summary>Whether bytes can pass.</summary>
    public bool Joined { get; init; }

    /// <summary>Why they cannot; null when they can.</summary>
    public string? Detail { get; init; }

    /// <summary>Added to each byte's way, in milliseconds.</summary>
    public double DelayMilliseconds { get; init; }

    /// <summary>Share of bytes that vanish, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Bits per second it is held to; null for as fast as it goes.</summary>
    public int? Baud { get; init; }

    /// <summary>Bytes from A to B since the server started.</summary>
    public long BytesToB { get; init; }

    /// <summary>Bytes from B to A since then.</summary>
    public long BytesToA { get; init; }

    /// <summary>Bytes that were lost since then, by misfortune or by order.</summary>
    public long Missed { get; init; }
}
