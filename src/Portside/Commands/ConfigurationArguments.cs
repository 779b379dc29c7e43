using System.CommandLine;
using Portside.Configuration;

namespace Portside.Commands;

/// <summary>The command line's layer of the configuration: an option for every key that has one, and <c>--set</c> for all.</summary>
internal sealed class ConfigurationArguments
{
    private readonly Option<string?> _file = new("--config")
    {
        Description = $"Configuration file; without it {ConfigurationSources.DefaultFile}, if there is one.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Set any key: --set console.replay=1MiB. May be repeated.",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly List<(ConfigKey Key, Option<string[]> Option)> _keys = [];

    /// <summary>Adds the options to <paramref name="command"/>.</summary>
    /// <param name="command">A verb that reads the configuration.</param>
    public ConfigurationArguments(Command command)
    {
        command.Add(_file);
        foreach (var key in ConfigKeys.All.Where(k => k.Option is not null))
        {
            // A switch may stand alone; --insecure-http-anywhere=false takes back what the file says.
            var isSwitch = key is ScalarKey<bool>;
            var option = new Option<string[]>(key.Option!)
            {
                Description = key.Summary + (key.IsList ? " May be repeated." : key.Words.Count > 0 ? $" One of {string.Join(", ", key.Words)}." : ""),
                HelpName = isSwitch ? "true|false" : key.Name.ToUpperInvariant(),
                Arity = isSwitch ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
            };
            option.CompletionSources.Add([.. key.Words]);
            _keys.Add((key, option));
            command.Add(option);
        }

        command.Add(_set);
    }

    /// <summary>All layers for this call.</summary>
    /// <param name="caller">Whose environment counts.</param>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="file">A file named in another way, or null.</param>
    /// <returns>The layers.</returns>
    public ConfigurationSources Sources(Caller caller, ParseResult arguments, string? file = null)
    {
        var said = new List<(string, ConfigText)>();
        foreach (var (key, option) in _keys)
        {
            if (arguments.GetResult(option) is null)
                continue;
            var origin = new Origin(OriginKind.CommandLine, option.Name);
            var values = arguments.GetValue(option) ?? [];
            foreach (var value in values.Length == 0 ? ["true"] : values)
                said.Add((key.Path, new ConfigText(value, origin)));
        }

        foreach (var pair in arguments.GetValue(_set) ?? [])
        {
            var (key, value) = pair.IndexOf('=', StringComparison.Ordinal) is var at and > 0
                ? (pair[..at].Trim(), pair[(at + 1)..])
                : throw new CommandFailure(ExitCode.Usage, $"--set: '{pair}' is not KEY=VALUE", "portside config keys");
            said.Add((key, new ConfigText(value, new Origin(OriginKind.CommandLine, $"--set {key}"))));
        }

        return new ConfigurationSources
        {
            File = arguments.GetValue(_file) ?? file,
            StandardFile = caller.Environment.GetValueOrDefault("PORTSIDE_CONFIG") is { Length: > 0 } path ? path : ConfigurationSources.DefaultFile,
            Environment = caller.Environment,
            CommandLine = said,
            StateDirectory = StateDirectory.Default(caller.Environment),
        };
    }
}
