namespace Portside.Doctor;

/// <summary>What came of a check.</summary>
internal enum CheckState
{
    /// <summary>It is as it has to be.</summary>
    Ok,

    /// <summary>It is not, and nothing behind it can work.</summary>
    Broken,

    /// <summary>Nobody would say: no reason to stop.</summary>
    Unknown,

    /// <summary>It was not looked at: not asked for, of no meaning here, or behind a break.</summary>
    Skipped,
}
