namespace Portside.Host.Migration;

/// <summary>How a vMotion ended.</summary>
public enum VmotionOutcome
{
    /// <summary>The guest runs at the destination.</summary>
    Completed,

    /// <summary>A network serial port without a proxy is connected; nothing was begun.</summary>
    NotPossible,

    /// <summary>A serial port is connected to a pipe or a device of the host; nothing was begun.</summary>
    NotMovable,

    /// <summary>The guest could not be copied or handed over; it runs on at the source.</summary>
    GuestFailed,

    /// <summary>The proxy said NOTNOW; the guest runs on at the source.</summary>
    NotNow,

    /// <summary>No GOAHEAD in time; the guest runs on at the source.</summary>
    NoGoAhead,

    /// <summary>The proxy does not know vMotion's messages; the guest runs on at the source.</summary>
    NotSupported,

    /// <summary>The destination could not take over; the guest runs on at the source.</summary>
    DestinationFailed,

    /// <summary>The source's connection ended before GOAHEAD; the guest runs on without it.</summary>
    SourceLost,

    /// <summary>Aborted, or broken, by <see cref="VmotionOptions.Fault"/>; the guest runs on at the source.</summary>
    Aborted,
}
