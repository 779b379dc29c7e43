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
        // Without a home of one's own there is none to keep it in.
        if (user.Length <= 1)
            return OfService;
        return Path.Combine(user, ".local", "state", "portside");
    }
}
