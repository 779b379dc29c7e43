namespace Portside.Commands;

/// <summary>A command cannot do what was asked: what, about which object, and what to try next.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">One sentence, or several lines; without a full stop.</param>
/// <param name="next">The next command to try, or null.</param>
internal sealed class CommandFailure(int exitCode, string message, string? next = null) : Exception(message)
{
    /// <summary>What the program returns.</summary>
    public int ExitCode => exitCode;

    /// <summary>The next command to try, or null.</summary>
    public string? Next => next;
}
