namespace Portside.Host.Migration;

/// <summary>How a vMotion goes.</summary>
public sealed record VmotionOptions
{
    /// <summary>How long GOAHEAD may take; null, the default, takes each port's <c>VmotionLimit</c>.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>How long the destination may take from dialling to PEER-OK; default 5 s. ESXi's own limit is unconfirmed.</summary>
    public TimeSpan PeerOkTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From GOAHEAD until the destination dials: the rest of the machine moves; default none.</summary>
    public TimeSpan HostPause { get; init; }

    /// <summary>From PEER-OK until COMPLETE; default none. Long ones test a proxy's patience.</summary>
    public TimeSpan CompleteDelay { get; init; }

    /// <summary>Whether the source closes before COMPLETE, as two of three captured migrations had it; default false.</summary>
    public bool SourceClosesFirst { get; init; }

    /// <summary>Length of each sequence, in bytes; default 4, the one seen.</summary>
    public int SequenceLength { get; init; } = 4;

    /// <summary>Whether each sequence holds a byte FF, which telnet doubles; default false leaves it to chance.</summary>
    public bool SequenceWithIac { get; init; }

    /// <summary>
    /// Whether a source that had no GOAHEAD in time says ABORT before it runs on; default false, as documented: the proxy
    /// learns it from the bytes that follow.
    /// </summary>
    public bool AbortWhenLate { get; init; }

    /// <summary>What goes wrong.</summary>
    public VmotionFault Fault { get; init; }
}
