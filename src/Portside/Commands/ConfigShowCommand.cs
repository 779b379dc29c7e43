using System.CommandLine;
using System.Text.Json;
using Portside.Configuration;
using Portside.Output;
using Spectre.Console;

namespace Portside.Commands;

/// <summary><c>portside config show</c>: the effective value of every key, and where it came from.</summary>
internal sealed class ConfigShowCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ConfigShowCommand(GlobalOptions global)
        : base("show", "Show the effective value of every key and where it came from; -o yaml makes a file of them.")
    {
        var file = new Argument<string?>("FILE") { Description = "The file to show, as with --config.", Arity = ArgumentArity.ZeroOrOne };
        Add(file);
        var layers = new ConfigurationArguments(this);
        SetAction(arguments =>
        {
            var caller = global.Caller;
            var loaded = ConfigurationLoader.Load(layers.Sources(caller, arguments, arguments.GetValue(file)));
            if (!loaded.IsValid)
            {
                ConfigCheckCommand.Complain(caller, loaded);
                return ExitCode.Usage;
            }

            switch (global.Format(arguments))
            {
                case OutputFormat.Json:
                    ResultText.Write(caller, OutputFormat.Json, Describe(loaded), CommandJson.Default.IReadOnlyListConfigValueDescription);
                    break;
                case OutputFormat.Yaml:
                    caller.Out.Write(ConfigurationText.AsFile(loaded));
                    break;
                default:
                    Draw(caller, loaded);
                    break;
            }

            return ExitCode.Done;
        });
    }

    private static void Draw(Caller caller, LoadedConfiguration loaded)
    {
        var table = Drawing.Columns("KEY", "VALUE", "FROM");
        foreach (var key in ConfigKeys.All)
        {
            table.AddRow(
                Drawing.Cell(key.Path),
                Drawing.Cell(key.Describe(loaded.Options) is { Count: > 0 } values ? string.Join(", ", values) : Unset(key.Path, loaded.Options)),
                Drawing.Cell(loaded.Origins[key.Path].ToString()));
        }

        Drawing.Write(caller, table);
    }

    /// <summary>What holds where nothing is set.</summary>
    private static string Unset(string path, PortsideOptions options) => path switch
    {
        "log.directory" when options.Concentrator.Log.Enabled => $"- ({options.LogDirectory})",
        "vm.certificate" when options.Concentrator.Vm.Tls != Portside.Concentrator.Links.TlsPolicy.Off => "- (made at first start, kept in the state directory)",
        "vm.advertise" => "- (this machine's name and addresses)",
        _ => "-",
    };

    private static List<ConfigValueDescription> Describe(LoadedConfiguration loaded) =>
    [
        .. ConfigKeys.All.Select(key =>
        {
            var origin = loaded.Origins[key.Path];
            return new ConfigValueDescription(
                key.Path,
                ConfigurationText.AsJson(key, loaded.Options),
                JsonNamingPolicy.CamelCase.ConvertName(origin.Kind.ToString()),
                origin.Kind == OriginKind.Default ? null : origin.ToString());
        }),
    ];
}
