using System.CommandLine;
using Portside.Api.Remote;
using Portside.Configuration.Syntax;
using Portside.Output;

namespace Portside.Commands;

/// <summary>What every verb understands.</summary>
/// <param name="caller">Who runs the command.</param>
internal sealed class GlobalOptions(Caller caller)
{
    private static readonly ChoiceSyntax<OutputFormat> Formats =
        new(("table", OutputFormat.Table), ("json", OutputFormat.Json), ("yaml", OutputFormat.Yaml));

    private readonly Option<string?> _server = new("--server")
    {
        Description = $"Address of the server's API; else PORTSIDE_SERVER, else {ServerAddress.Default}.",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<OutputFormat?> _format = FormatOption();

    /// <summary>Who runs the command.</summary>
    public Caller Caller => caller;

    /// <summary>Adds the options to the root, and so to every verb.</summary>
    /// <param name="root">The root.</param>
    public void AddTo(Command root)
    {
        root.Add(_server);
        root.Add(_format);
    }

    /// <summary>How results are to be written.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>The format; a table unless somebody said otherwise.</returns>
    public OutputFormat Format(ParseResult arguments) => arguments.GetValue(_format) ?? OutputFormat.Table;

    /// <summary>Makes a verb whose result is bytes or text refuse to be asked for it in another form.</summary>
    /// <param name="command">The verb.</param>
    public void HasOneForm(Command command) => command.Validators.Add(result =>
    {
        if (result.GetResult(_format) is { Implicit: false })
            result.AddError($"-o has no meaning here: what {command.Name} writes has one form");
    });

    /// <summary>A client of the server that is meant.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>The client; the caller disposes it.</returns>
    /// <exception cref="CommandFailure">The address makes no sense.</exception>
    public ApiClient Connect(ParseResult arguments)
    {
        var (text, from) = arguments.GetValue(_server) is { } given ? (given, "--server")
            : caller.Environment.GetValueOrDefault("PORTSIDE_SERVER") is { Length: > 0 } variable ? (variable, "PORTSIDE_SERVER")
            : (ServerAddress.Default, "");
        return ServerAddress.Read(text, out var server) is { } complaint
            ? throw new CommandFailure(ExitCode.Usage, $"{from}: {complaint}")
            : new ApiClient(server);
    }

    private static Option<OutputFormat?> FormatOption()
    {
        var option = ValueOption.Choice("--format", Formats, "How results are written; a table.", "FORMAT", "-o");
        option.Recursive = true;
        return option;
    }
}
