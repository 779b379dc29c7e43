namespace Portside.Host.Bridges;

/// <summary>What follows a line's end.</summary>
public enum RestartPolicy
{
    /// <summary>It is opened again.</summary>
    Always,

    /// <summary>It is opened again if it broke, or its program failed; one that ended well ends its bridge.</summary>
    OnFailure,

    /// <summary>The bridge ends too.</summary>
    Never,
}
