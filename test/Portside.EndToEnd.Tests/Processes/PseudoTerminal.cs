namespace Portside.EndToEnd.Tests.Processes;

/// <summary>Runs a command line in a pseudo-terminal, by way of util-linux' <c>script</c>.</summary>
internal static class PseudoTerminal
{
    /// <summary>Starts it; what is written to the process is typed, its output is the screen.</summary>
    public static ChildProcess Begin(string commandLine, IReadOnlyDictionary<string, string?>? environment = null) => ChildProcess.Start(
        Tool.Path("script", "bsdutils"),
        ["--quiet", "--return", "--flush", "--command", $"stty cols 80 rows 24; {commandLine}", "/dev/null"],
        new Dictionary<string, string?>(environment ?? new Dictionary<string, string?>()) { ["SHELL"] = "/bin/sh" });
}
