namespace Portside.Api.Contracts;

/// <summary>A cable to be plugged in, as <c>POST /v1/cables</c> takes it.</summary>
internal sealed record CableRequest
{
    /// <summary>Its name: 1 to 64 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    public string? Name { get; init; }

    /// <summary>A port's id, UUID, unique prefix or name, or a line's URI.</summary>
    public string? A { get; init; }

    /// <summary>The same for the other end; one of both is a port.</summary>
    public string? B { get; init; }

    /// <summary>Added to each byte's way, in milliseconds; null for nothing.</summary>
    public double? DelayMilliseconds { get; init; }

    /// <summary>Share of bytes that vanish, 0 to 1; null for none.</summary>
    public double? Loss { get; init; }

    /// <summary>Bits per second, ten for each byte; null for as fast as it goes.</summary>
    public int? Baud { get; init; }
}
