using System.Text.RegularExpressions;

namespace Portside.Host.Guests.Scripts;

/// <summary>One step of a script.</summary>
internal abstract record ScriptStep
{
    /// <summary>Says something; <c>${1}</c> stands for what the last match's first group took, <c>$$</c> for a dollar sign.</summary>
    public sealed record Send(string Text) : ScriptStep;

    /// <summary>Lets time pass.</summary>
    public sealed record Delay(TimeSpan Length) : ScriptStep;

    /// <summary>Waits for one of several things to be typed.</summary>
    /// <param name="Cases">What, and what follows; the first that fits counts.</param>
    /// <param name="Timeout">How long; null for ever.</param>
    /// <param name="Else">What follows a wait in vain; null to give up the script.</param>
    /// <param name="Echo">Whether what is typed comes back; null as the script has it.</param>
    public sealed record Expect(
        IReadOnlyList<(Regex Pattern, IReadOnlyList<ScriptStep> Steps)> Cases,
        TimeSpan? Timeout,
        IReadOnlyList<ScriptStep>? Else,
        bool? Echo) : ScriptStep;

    /// <summary>Does steps again and again.</summary>
    /// <param name="Times">How often; null for ever.</param>
    /// <param name="Steps">What.</param>
    public sealed record Repeat(int? Times, IReadOnlyList<ScriptStep> Steps) : ScriptStep;

    /// <summary>Leaves the innermost loop.</summary>
    public sealed record Leave : ScriptStep;

    /// <summary>Switches the machine off, or restarts it.</summary>
    public sealed record Exit(GuestExit How) : ScriptStep;
}
