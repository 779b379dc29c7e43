namespace Portside.VSphere.SerialPorts;

/// <summary>One change to one port, not made yet.</summary>
public sealed record PortChange
{
    /// <summary><c>add</c>, <c>edit</c> or <c>remove</c>, as vSphere calls it.</summary>
    public required string Operation { get; init; }

    /// <summary>The port as it is; null for one that is added.</summary>
    public NetworkSerialPort? Port { get; init; }

    /// <summary>What is not as it is wished.</summary>
    public required IReadOnlyList<PortDifference> Differences { get; init; }

    /// <summary>The service URI it will have.</summary>
    public string ServiceUri { get; init; } = "";

    /// <summary>The direction it will have.</summary>
    public string Direction { get; init; } = "";

    /// <summary>The proxy URI it will have.</summary>
    public string? ProxyUri { get; init; }

    /// <summary>Whether it will be connected at the start.</summary>
    public bool StartConnected { get; init; }

    /// <summary>Whether the guest may connect it.</summary>
    public bool AllowGuestControl { get; init; }

    /// <summary>Whether it will be connected.</summary>
    public bool Connected { get; init; }

    /// <summary>Whether a guest that polls gives the processor away.</summary>
    public bool YieldOnPoll { get; init; }
}
