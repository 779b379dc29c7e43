namespace Portside.Host.Machines;

/// <summary>What changes of a serial port; null leaves a part as it is.</summary>
public sealed record SerialDeviceEdit
{
    /// <summary>What it is connected to from now on.</summary>
    public SerialBacking? Backing { get; init; }

    /// <summary>
    /// False closes the connection, true opens it, and closes first what is open. Without meaning while the machine is off.
    /// </summary>
    public bool? Connected { get; init; }

    /// <summary>Whether power-on connects it.</summary>
    public bool? StartConnected { get; init; }

    /// <summary>Whether the guest may connect and disconnect it; kept, and nothing more.</summary>
    public bool? AllowGuestControl { get; init; }

    /// <summary>Whether the guest's polling yields the processor; kept, and nothing more.</summary>
    public bool? YieldOnPoll { get; init; }
}
