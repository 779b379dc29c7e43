namespace Portside.Host.Ports;

/// <summary>Where a virtual serial port stands.</summary>
public enum VirtualSerialPortState
{
    /// <summary>Nobody asked it to connect yet.</summary>
    Untried,

    /// <summary>Dialling, or shaking hands for TLS.</summary>
    Connecting,

    /// <summary>Telnet is talked; the proxy has not agreed to serve the port yet.</summary>
    Negotiating,

    /// <summary>The proxy serves the port: bytes pass.</summary>
    Connected,

    /// <summary>A vMotion is under way; the guest stands still.</summary>
    Migrating,

    /// <summary>There is no connection, and not by choice; another try follows if the policy says so.</summary>
    Lost,

    /// <summary>The proxy does not serve this port, or is not the one asked for.</summary>
    Refused,

    /// <summary>Closed by the machine.</summary>
    Closed,
}
