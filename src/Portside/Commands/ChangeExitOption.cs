using System.CommandLine;

namespace Portside.Commands;

/// <summary><c>--exit-code</c>: a script learns by the exit code whether something changed, as from <c>git diff --exit-code</c>.</summary>
internal sealed class ChangeExitOption : Option<bool>
{
    /// <summary>The option.</summary>
    /// <param name="what">What is told by it.</param>
    public ChangeExitOption(string what)
        : base("--exit-code") => Description = $"Exit with {ExitCode.Changed} if {what}, with 0 if not.";

    /// <summary>Whether it is asked for.</summary>
    /// <param name="arguments">The parsed command line.</param>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(this);

    /// <summary>The exit code of a verb that has this option.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="code">What it would return without; a failure is more important than a change.</param>
    /// <param name="isChanged">Whether something changed, or would.</param>
    /// <returns>The exit code.</returns>
    public int Of(ParseResult arguments, int code, bool isChanged) =>
        code == ExitCode.Done && isChanged && IsGiven(arguments) ? ExitCode.Changed : code;
}
