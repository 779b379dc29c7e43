namespace Portside.SerialPorts;

/// <summary>What became of one machine.</summary>
internal sealed record MachineResult
{
    /// <summary>Its name.</summary>
    public required string Machine { get; init; }

    /// <summary>Its inventory path; that of another machine too, where folders are not to be seen.</summary>
    public required string Path { get; init; }

    /// <summary>Its id in the API, by which programs tell machines apart.</summary>
    public required string Moid { get; init; }

    /// <summary>
    /// <c>changed</c>, <c>unchanged</c>, <c>would change</c>, <c>changed before</c> (by the run that is resumed), <c>unverified</c> (changed, and
    /// not seen to work), <c>failed</c>, <c>refused</c> (a right is missing) or <c>not begun</c>.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>What was or would be done.</summary>
    public IReadOnlyList<ChangeDescription> Changes { get; init; } = [];

    /// <summary>The ports that were changed, as they are afterwards.</summary>
    public IReadOnlyList<PortVerification> Ports { get; init; } = [];

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Next { get; init; }

    /// <summary>Whether the run has failed because of it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFailure => Outcome is "failed" or "refused" or "unverified" or "not begun";
}
