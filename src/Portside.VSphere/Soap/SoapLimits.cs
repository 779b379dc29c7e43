namespace Portside.VSphere.Soap;

/// <summary>How much a peer may send in one message.</summary>
public sealed record SoapLimits
{
    /// <summary>What a server takes: 4 MiB hold a reconfigure of hundreds of devices, or a list view of 20,000 references.</summary>
    public static SoapLimits Server { get; } = new();

    /// <summary>What a client takes: an old server tells tens of thousands of machines' changes at once.</summary>
    public static SoapLimits Client { get; } = new() { Characters = 64 << 20, Elements = 2_000_000 };

    /// <summary>What a client takes that hands out objects as they come: an old server's answer for 10,000 machines without paging is tens of megabytes.</summary>
    public static SoapLimits Listing { get; } = new() { Characters = 256 << 20, Elements = 50_000_000 };

    /// <summary>Characters in all; default 4 Mi.</summary>
    public long Characters { get; init; } = 4 << 20;

    /// <summary>Elements in all; default 200,000: an element costs a hundred bytes of memory and four on the wire.</summary>
    public int Elements { get; init; } = 200_000;

    /// <summary>
    /// Bytes of memory, roughly, that what was read may take at once; default 256 MiB. A compressed answer of a megabyte may grow to any size.
    /// What was handed out no longer counts.
    /// </summary>
    public long Kept { get; init; } = 256 << 20;

    /// <summary>Attributes of one element; default 64.</summary>
    public int Attributes { get; init; } = 64;

    /// <summary>Nesting; default 64, a traversal of a whole inventory takes some 20.</summary>
    public int Depth { get; init; } = 64;
}
