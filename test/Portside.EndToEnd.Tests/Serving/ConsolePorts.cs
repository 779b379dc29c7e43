using Portside.Testing;

namespace Portside.EndToEnd.Tests.Serving;

/// <summary>Ranges for console telnet, one for each server of a run, whose sticky numbers are still free when their server comes back.</summary>
internal static class ConsolePorts
{
    private const int Width = 40;

    /// <summary>The first number of a range that is free and that nobody else in this run uses.</summary>
    public static int Next() => FreePorts.Next(Width);

    /// <summary>The range as <c>--console-telnet</c> takes it.</summary>
    public static string Range(int first) => $"127.0.0.1:{first}-{first + Width - 1}";
}
