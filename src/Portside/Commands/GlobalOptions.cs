using System.CommandLine;
using System.CommandLine.Completions;
using Portside.Api.Remote;
using Portside.Configuration.Syntax;
using Portside.Contexts;
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
        Description = $"Address of the server's API; else PORTSIDE_SERVER, else the context's, else {ServerAddress.Default}.",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<string?> _context = ContextOption(caller);

    private readonly Option<OutputFormat?> _format = FormatOption();

    /// <summary>Who runs the command.</summary>
    public Caller Caller => caller;

    /// <summary>Adds the options to the root, and so to every verb.</summary>
    /// <param name="root">The root.</param>
    public void AddTo(Command root)
    {
        root.Add(_server);
        root.Add(_context);
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

    /// <summary>The context that holds: the one that <c>--context</c> or <c>PORTSIDE_CONTEXT</c> names, else the current one.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>Null for none.</returns>
    /// <exception cref="CommandFailure">There is no such context, or their file has mistakes.</exception>
    public ChosenContext? Context(ParseResult arguments)
    {
        var file = ContextFile.Load(caller.Environment);
        return (ContextName(arguments) ?? file.Current) is { } name ? new(file.Find(name), arguments.GetValue(_context) is not null) : null;
    }

    /// <summary>The name of a context that <c>--context</c> or <c>PORTSIDE_CONTEXT</c> says; null for neither.</summary>
    /// <param name="arguments">The parsed command line.</param>
    public string? ContextName(ParseResult arguments) =>
        arguments.GetValue(_context) ?? (caller.Environment.GetValueOrDefault("PORTSIDE_CONTEXT") is { Length: > 0 } variable ? variable : null);

    /// <summary>The server as the command line alone names it; null where it does not.</summary>
    /// <param name="arguments">The parsed command line.</param>
    public string? GivenServer(ParseResult arguments) => arguments.GetValue(_server);

    /// <summary>The server that is meant.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="context">The context that holds.</param>
    /// <returns>Its address, and where that was said.</returns>
    public Said Server(ParseResult arguments, ChosenContext? context)
    {
        if (arguments.GetValue(_server) is { } given)
            return new(given, "--server");
        var variable = ServerVariable;
        var own = context?.Context.Server is { } address ? new Said(address, context.From) : null;
        return (context is { IsNamed: true } ? own ?? variable : variable ?? own) ?? new(ServerAddress.Default, Said.Default);
    }

    /// <summary>The server that is meant.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>Its address, and where that was said.</returns>
    public Said MeantServer(ParseResult arguments)
    {
        // Where the context has nothing to say, a mistake in the file of contexts does no harm.
        var isSaid = arguments.GetValue(_server) is not null || (ServerVariable is not null && arguments.GetValue(_context) is null);
        return Server(arguments, isSaid ? null : Context(arguments));
    }

    /// <summary>A client of the server that is meant.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>The client; the caller disposes it.</returns>
    /// <exception cref="CommandFailure">The address makes no sense.</exception>
    public ApiClient Connect(ParseResult arguments)
    {
        var said = MeantServer(arguments);
        return ServerAddress.Read(said.Value, out var server) is { } complaint
            ? throw new CommandFailure(ExitCode.Usage, $"{said.From}: {complaint}")
            : new ApiClient(server, caller.Clock);
    }

    /// <summary>The vSphere that is meant, and who logs in there.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="options">The options by which it may be named.</param>
    /// <param name="context">The context that holds.</param>
    /// <param name="otherwise">Server and user where nobody says one; null for none.</param>
    /// <returns>All that was said.</returns>
    /// <exception cref="CommandFailure">It makes no sense.</exception>
    public VSphereLogin Login(ParseResult arguments, LoginOptions options, ChosenContext? context, (string Url, string User)? otherwise = null)
    {
        var layers = new List<LoginLayer> { new OptionLayer(arguments, options), new EnvironmentLayer(caller.Environment) };
        if (context is not null)
            layers.Insert(context.IsNamed ? 1 : 2, new ContextLayer(context));
        return new(caller, options.Url.Name, layers, otherwise);
    }

    /// <summary>The names of the contexts, for a shell that completes; none where their file has mistakes.</summary>
    /// <param name="caller">Whose contexts.</param>
    /// <returns>The names.</returns>
    internal static IEnumerable<string> ContextNames(Caller caller)
    {
        try
        {
            return [.. ContextFile.Load(caller.Environment).Contexts.Select(context => context.Name)];
        }
        catch (Exception e) when (e is CommandFailure or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private Said? ServerVariable => caller.Environment.GetValueOrDefault("PORTSIDE_SERVER") is { Length: > 0 } value ? new(value, "PORTSIDE_SERVER") : null;

    private static Option<string?> ContextOption(Caller caller)
    {
        var option = new Option<string?>("--context")
        {
            Description = "The context to take for this command: a concentrator and a vSphere under one name; else PORTSIDE_CONTEXT, else the current one ('portside context').",
            HelpName = "NAME",
            Recursive = true,
        };
        option.CompletionSources.Add(_ => ContextNames(caller).Select(name => new CompletionItem(name)));
        return option;
    }

    private static Option<OutputFormat?> FormatOption()
    {
        var option = ValueOption.Choice("--format", Formats, "How results are written; a table.", "FORMAT", "-o");
        option.Recursive = true;
        return option;
    }
}
