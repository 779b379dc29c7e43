namespace Portside.Api.Contracts;

/// <summary>Speed and framing of a port's line; null where nobody said.</summary>
internal sealed record LineDescription
{
    /// <summary>Bits per second.</summary>
    public uint? Baud { get; init; }

    /// <summary>Bits per character, 5 to 8.</summary>
    public int? DataBits { get; init; }

    /// <summary><c>none</c>, <c>odd</c>, <c>even</c>, <c>mark</c> or <c>space</c>.</summary>
    public string? Parity { get; init; }

    /// <summary>1, 1.5 or 2.</summary>
    public double? StopBits { get; init; }

    /// <summary><c>none</c>, <c>xon-xoff</c> or <c>rts-cts</c>.</summary>
    public string? Flow { get; init; }

    /// <summary><c>machine</c> when the machine told so, <c>client</c> when only a client wants so.</summary>
    public required string By { get; init; }
}
