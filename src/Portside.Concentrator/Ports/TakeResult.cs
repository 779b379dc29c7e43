namespace Portside.Concentrator.Ports;

/// <summary>What came of a freshly started machine's claim to a port.</summary>
internal enum TakeResult
{
    /// <summary>The port is its own now.</summary>
    Taken,

    /// <summary>Another link has the port; whether that one lives decides.</summary>
    Owned,

    /// <summary>The port's machine is on its way to another host, and a stranger may not come between.</summary>
    Moving,

    /// <summary>The port has just been forgotten; a new one will be there in a moment.</summary>
    Forgotten,
}
