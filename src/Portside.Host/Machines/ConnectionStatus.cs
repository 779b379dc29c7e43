namespace Portside.Host.Machines;

/// <summary>How a device's connection fares (<c>VirtualDeviceConnectInfoStatus</c>).</summary>
public enum ConnectionStatus
{
    /// <summary>The machine is off, the device was not asked to connect, or its first attempt is under way.</summary>
    Untried,

    /// <summary>It stands.</summary>
    Ok,

    /// <summary>It failed or broke, and is tried again.</summary>
    RecoverableError,

    /// <summary>It cannot work as it is configured.</summary>
    UnrecoverableError,
}
