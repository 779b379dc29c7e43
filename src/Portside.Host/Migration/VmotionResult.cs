namespace Portside.Host.Migration;

/// <summary>How a vMotion ended, and how long its parts took.</summary>
public sealed record VmotionResult
{
    /// <summary>How it ended.</summary>
    public required VmotionOutcome Outcome { get; init; }

    /// <summary>Why, for people; empty when completed.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Ports that took part: those that were connected; a machine without any moves all the same.</summary>
    public int Ports { get; init; }

    /// <summary>From the first BEGIN to the last GOAHEAD; null without all of them.</summary>
    public TimeSpan? BeginToGoAhead { get; init; }

    /// <summary>From the first destination's dialling to the last PEER-OK; null without all of them.</summary>
    public TimeSpan? DialToPeerOk { get; init; }

    /// <summary>How long the guest stood still.</summary>
    public TimeSpan Downtime { get; init; }
}
