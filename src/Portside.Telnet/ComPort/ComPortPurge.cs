namespace Portside.Telnet.ComPort;

/// <summary>Values of PURGE-DATA (RFC 2217 §3): which of the access server's buffers are emptied.</summary>
public enum ComPortPurge : byte
{
    /// <summary>What the port received.</summary>
    Receive = 1,

    /// <summary>What the port is to transmit.</summary>
    Transmit = 2,

    /// <summary>Both.</summary>
    Both = 3,
}
