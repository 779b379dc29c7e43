namespace Portside.VSphere.SerialPorts;

/// <summary>What is wished of a port.</summary>
public enum PortAction
{
    /// <summary>It is there and like this, whatever it takes.</summary>
    Ensure,

    /// <summary>One more.</summary>
    Add,

    /// <summary>One that is there becomes like this.</summary>
    Set,

    /// <summary>It is not there.</summary>
    Remove,

    /// <summary>It is connected.</summary>
    Connect,

    /// <summary>It is connected anew, whatever it is now.</summary>
    Reconnect,

    /// <summary>It is not connected.</summary>
    Disconnect,
}
