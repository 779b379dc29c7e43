using System.CommandLine;
using Portside.Configuration;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside config check</c>: all mistakes at once, with their places.</summary>
internal sealed class ConfigCheckCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public ConfigCheckCommand(GlobalOptions global)
        : base("check", "Tell everything that is wrong in the configuration, and with the files that it names, as file:line:column: message.")
    {
        var file = new Argument<string?>("FILE") { Description = "The file to check, as with --config.", Arity = ArgumentArity.ZeroOrOne };
        Add(file);
        var layers = new ConfigurationArguments(this);
        SetAction(arguments =>
        {
            var caller = global.Caller;
            var loaded = ConfigurationLoader.Load(layers.Sources(caller, arguments, arguments.GetValue(file)));
            loaded = loaded.With(ConfigurationFiles.Check(loaded));
            if (global.Format(arguments) is var format and not OutputFormat.Table)
                ResultText.Write(caller, format, Describe(loaded), CommandJson.Default.ConfigCheckDescription);
            else if (loaded.IsValid)
                caller.Out.WriteLine($"{SafeText.Of(loaded.File ?? "no file; environment and command line")}: ok");
            else
                Complain(caller, loaded);
            return loaded.IsValid ? ExitCode.Done : ExitCode.Usage;
        });
    }

    /// <summary>Writes the mistakes, one per line.</summary>
    /// <param name="caller">Who reads them.</param>
    /// <param name="loaded">What is wrong.</param>
    public static void Complain(Caller caller, LoadedConfiguration loaded)
    {
        foreach (var mistake in loaded.Mistakes)
            caller.Error.WriteLine(SafeText.Of(mistake.ToString()));
    }

    private static ConfigCheckDescription Describe(LoadedConfiguration loaded) => new(
        loaded.File,
        loaded.IsValid,
        [.. loaded.Mistakes.Select(m => new ConfigCheckDescription.Mistake(
            m.Origin.ToString(),
            m.Origin.Line > 0 ? m.Origin.Line : null,
            m.Origin.Column > 0 ? m.Origin.Column : null,
            m.Message))]);
}
