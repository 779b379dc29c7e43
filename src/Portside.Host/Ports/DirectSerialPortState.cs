namespace Portside.Host.Ports;

/// <summary>Where a port without a proxy stands.</summary>
public enum DirectSerialPortState
{
    /// <summary>Closed by the machine, or never opened.</summary>
    Closed,

    /// <summary>Dialling, or shaking hands for TLS.</summary>
    Connecting,

    /// <summary>Waiting for a remote system to connect.</summary>
    Listening,

    /// <summary>A remote system is connected: bytes pass.</summary>
    Connected,

    /// <summary>There is no connection, and not by choice; another try follows if the policy says so.</summary>
    Lost,

    /// <summary>The remote system is not the one asked for, or the address may not be had.</summary>
    Refused,
}
