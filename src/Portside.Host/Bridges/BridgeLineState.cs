namespace Portside.Host.Bridges;

/// <summary>Where a bridge's line stands.</summary>
public enum BridgeLineState
{
    /// <summary>It is being opened.</summary>
    Opening,

    /// <summary>Nobody has connected to it yet.</summary>
    Waiting,

    /// <summary>It is open.</summary>
    Open,

    /// <summary>It ended, or could not be opened; another try follows.</summary>
    Lost,

    /// <summary>It ended for good.</summary>
    Ended,
}
