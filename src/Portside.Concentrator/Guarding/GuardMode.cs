namespace Portside.Concentrator.Guarding;

/// <summary>What follows when a link is not the machine it claims to be.</summary>
public enum GuardMode
{
    /// <summary>Nothing: what machines say of themselves is believed.</summary>
    Off,

    /// <summary>It is served, and told to whoever looks after the concentrator.</summary>
    Note,

    /// <summary>It is kept apart: it owns no port until the inventory agrees, or somebody admits it.</summary>
    Enforce,
}
