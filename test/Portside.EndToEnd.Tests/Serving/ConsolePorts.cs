namespace Portside.EndToEnd.Tests.Serving;

/// <summary>
/// Ranges for console telnet, one for each server of a run. Below the numbers the system gives to outgoing connections,
/// so that a sticky number is still free when its server comes back.
/// </summary>
internal static class ConsolePorts
{
    private const int Width = 40;

    private static int _next = 20_000 + Random.Shared.Next(6_000);

    /// <summary>The first number of a range nobody else in this run uses.</summary>
    public static int Next() => Interlocked.Add(ref _next, Width);

    /// <summary>The range as <c>--console-telnet</c> takes it.</summary>
    public static string Range(int first) => $"127.0.0.1:{first}-{first + Width - 1}";
}
