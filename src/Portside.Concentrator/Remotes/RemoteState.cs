namespace Portside.Concentrator.Remotes;

/// <summary>How it stands between a port and the remote system its service URI names.</summary>
public enum RemoteState
{
    /// <summary>It is being dialled; what the machine says waits for it.</summary>
    Dialling,

    /// <summary>There is none just now; the next attempt comes after a while. What the machine says waits.</summary>
    Waiting,

    /// <summary>It is connected.</summary>
    Connected,

    /// <summary>It is waited for at an address.</summary>
    Listening,

    /// <summary>There is none: the machine is not connected.</summary>
    Idle,
}
