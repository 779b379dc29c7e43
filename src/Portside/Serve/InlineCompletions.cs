namespace Portside.Serve;

/// <summary>
/// Lets what follows a socket's readiness run on the thread that polls it: a key press then takes no change of thread,
/// which was two thirds of its cost.
/// </summary>
/// <remarks>
/// Nothing that runs there may block, so it is for the server only: a command that writes to a terminal or a pager blocks
/// whenever that does not read.
/// </remarks>
internal static class InlineCompletions
{
    /// <summary>Turns it on; the runtime looks when the process first waits for a socket.</summary>
    public static void Use() => Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
}
