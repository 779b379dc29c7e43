using System.Runtime.InteropServices;

namespace Portside.EndToEnd.Tests.Processes;

/// <summary>The program under test: the one built beside these tests, or what <c>PORTSIDE_PROGRAM</c> names, such as a native build.</summary>
internal static class Executable
{
    private static readonly DirectoryInfo Here = new(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar));

    /// <summary>Where it is.</summary>
    public static string Path { get; } = Find();

    /// <summary>The repository's root.</summary>
    public static string Repository
    {
        get
        {
            for (var directory = Here; directory is not null; directory = directory.Parent)
            {
                if (File.Exists(System.IO.Path.Combine(directory.FullName, "Portside.slnx")))
                    return directory.FullName;
            }

            throw new DirectoryNotFoundException($"No Portside.slnx above {Here}.");
        }
    }

    /// <summary>Makes an environment of a test's own: nothing of the user's settings, and <c>portside</c> on the search path.</summary>
    public static void Prepare(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsOurs).ToList())
            environment.Remove(name);
        environment["PATH"] = $"{System.IO.Path.GetDirectoryName(Path)}:{environment["PATH"]}";
        environment["PORTSIDE_CONFIG"] = System.IO.Path.Combine(Here.FullName, "no-such-file.yaml");
        environment["XDG_CONFIG_HOME"] = System.IO.Path.Combine(Here.FullName, "no-such-directory");
        environment["PORTSIDE_USER"] = "tester";
        environment["NO_COLOR"] = "1";
        environment["LC_ALL"] = "C.UTF-8";
        environment["TERM"] = "vt100";
        environment["TZ"] = "UTC";
        // What built the tests runs the program; a native one does not look.
        environment["DOTNET_ROOT"] = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
    }

    private static bool IsOurs(string variable) =>
        variable.StartsWith("PORTSIDE", StringComparison.Ordinal)
        || variable is "NOTIFY_SOCKET" or "JOURNAL_STREAM" or "STATE_DIRECTORY" or "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static string Find()
    {
        var path = Environment.GetEnvironmentVariable("PORTSIDE_PROGRAM") is { Length: > 0 } given
            ? given
            : System.IO.Path.Combine(Here.Parent!.Parent!.FullName, "Portside", Here.Name, "portside");
        return File.Exists(path) ? path : throw new FileNotFoundException("The program under test is not built.", path);
    }
}
