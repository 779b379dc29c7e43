namespace Portside.Commands;

/// <summary>What the program returns; documented, so that scripts can rely on it.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It was tried and failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>There is no such port or client, or more than one is meant.</summary>
    public const int NotFound = 3;

    /// <summary>Refused: somebody holds the port, or it is not allowed.</summary>
    public const int Refused = 4;

    /// <summary>No answer in time.</summary>
    public const int TimedOut = 5;

    /// <summary>Done, and something changed, or would: only where <c>--exit-code</c> asks for the difference.</summary>
    public const int Changed = 6;

    /// <summary>Ended by <c>^C</c>, as shells count it.</summary>
    public const int Interrupted = 130;
}
