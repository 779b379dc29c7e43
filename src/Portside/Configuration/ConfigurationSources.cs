namespace Portside.Configuration;

/// <summary>Everything that may say something about the configuration.</summary>
internal sealed class ConfigurationSources
{
    /// <summary>The file that is read if nobody names another; it need not exist.</summary>
    public const string DefaultFile = "/etc/portside/portside.yaml";

    /// <summary>The file from <c>--config</c>, which must exist; null: <see cref="StandardFile"/>, if it is there.</summary>
    public string? File { get; init; }

    /// <summary>The file read without <c>--config</c>.</summary>
    public string StandardFile { get; init; } = DefaultFile;

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the command line says: the path of a key and its value, with the option as origin.</summary>
    public IReadOnlyList<(string Path, ConfigText Text)> CommandLine { get; init; } = [];

    /// <summary>Where state is kept if nobody says otherwise.</summary>
    public string StateDirectory { get; init; } = "/var/lib/portside";
}
