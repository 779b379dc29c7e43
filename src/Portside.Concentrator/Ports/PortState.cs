namespace Portside.Concentrator.Ports;

/// <summary>How a port stands.</summary>
public enum PortState
{
    /// <summary>No machine is connected; clients may wait for one.</summary>
    Disconnected,

    /// <summary>A machine is connected.</summary>
    Connected,

    /// <summary>The machine is on its way to another host; bytes for it wait.</summary>
    Migrating,
}
