using Microsoft.Extensions.Hosting.Systemd;

namespace Portside.Configuration;

/// <summary>The directory for what must survive a restart.</summary>
internal static class StateDirectory
{
    /// <summary>Where a service keeps its state.</summary>
    public const string OfService = "/var/lib/portside";

    /// <summary>The default in this process: a service's own directory, or the user's.</summary>
    /// <param name="environment">Environment variables.</param>
    /// <returns>An absolute path.</returns>
    public static string Default(IReadOnlyDictionary<string, string> environment) =>
        Default(environment, Environment.IsPrivilegedProcess || SystemdHelpers.IsSystemdService());

    /// <summary>The default for a service or for a user.</summary>
    /// <param name="environment">Environment variables.</param>
    /// <param name="isService">Whether the process is root's or systemd's.</param>
    /// <returns>An absolute path.</returns>
    public static string Default(IReadOnlyDictionary<string, string> environment, bool isService)
    {
        // systemd's StateDirectory= says where, also for user services; several are separated by colons.
        if (environment.TryGetValue("STATE_DIRECTORY", out var given) && given.Split(':')[0] is { Length: > 0 } first)
            return first;
        if (isService)
            return OfService;
        // The base directory specification: a relative path is to be ignored.
        if (environment.TryGetValue("XDG_STATE_HOME", out var home) && Path.IsPathRooted(home))
            return Path.Combine(home, "portside");
        var user = environment.GetValueOrDefault("HOME") is { Length: > 0 } path ? path : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(user, ".local", "state", "portside");
    }

    /// <summary>Makes the directory, for its owner only, and makes sure that it can be written.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>Null, or what is wrong, as a sentence without a full stop.</returns>
    public static string? Prepare(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                if (OperatingSystem.IsWindows())
                    Directory.CreateDirectory(path);
                else
                    Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            // Asking for permissions answers for them alone; a full or read-only disk shows only when written to.
            var probe = Path.Combine(path, $".writable-{Environment.ProcessId}");
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return $"{path} cannot be written: {e.Message.TrimEnd('.')}";
        }
    }
}
