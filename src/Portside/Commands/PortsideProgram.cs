using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Net;
using Portside.Api.Remote;
using Portside.Lines.Uris;
using Portside.Output;
using Portside.Terminal;
using Portside.VSphere.Client;

namespace Portside.Commands;

/// <summary>The command line as a whole: the verbs, and how a failure becomes words and an exit code.</summary>
internal sealed class PortsideProgram
{
    private const string TraceVariable = "PORTSIDE_TRACE";
    private const int LongestSurprise = 300;

    private readonly Caller _caller;
    private readonly RootCommand _root;

    /// <summary>The program for <paramref name="caller"/>.</summary>
    /// <param name="caller">Who runs it.</param>
    public PortsideProgram(Caller caller)
    {
        _caller = caller;
        var global = new GlobalOptions(caller);
        _root = new RootCommand("A serial-console concentrator for vSphere network serial ports.")
        {
            new ServeCommand(global),
            new DemoCommand(global),
            new BridgeCommand(global),
            new HostCommand(global),
            new LsCommand(global),
            new ShowCommand(global),
            new AttachCommand(global),
            new WatchCommand(global),
            new LogsCommand(global),
            new WhoCommand(global),
            new KickCommand(global),
            new BreakCommand(global),
            new DoctorCommand(global),
            new CableCommand(global),
            new QuarantineCommand(global),
            new PortCommand(global),
            new ContextCommand(global),
            new PipeCommand(global),
            new ExportCommand(global),
            new ConfigCommand(global),
            new CertCommand(global),
            new CompletionCommand(global),
            new VersionCommand(global),
        };
        global.AddTo(_root);
        foreach (var help in _root.Options.OfType<HelpOption>())
        {
            // Spellings of another system, where they are paths on this one.
            help.Aliases.Remove("/?");
            help.Aliases.Remove("/h");
        }
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="cancellation">Somebody asks the program to end.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        try
        {
            // Who says nothing wants to know what can be said.
            var parsed = _root.Parse(arguments.Count == 0 ? ["--help"] : arguments);
            var strays = arguments.Contains("--") ? [] : Strays(parsed);
            if ((parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction) || strays.Count > 0)
                return Misused(parsed, strays);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = _caller.Out,
                    Error = _caller.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellation);
        }
        catch (CommandFailure e)
        {
            return Failed(e.ExitCode, e.Message, e.Next);
        }
        catch (ApiException e)
        {
            return Failed(ExitCodeOf(e), Explain(e), e.Problem?.Next ?? NextOf(e));
        }
        catch (VSphereException e)
        {
            return Failed(ExitCodeOf(e), e.Message, e.Next);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (ReaderGoneException)
        {
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Names of files may hold newlines.
            return Failed(ExitCode.Failed, SafeText.Of(e.Message.TrimEnd('.')), next: null);
        }
        catch (Exception e)
        {
            return Surprised(e);
        }
    }

    // Nobody has thought of it, so it is a mistake of the program. What it says may come from anywhere.
    private int Surprised(Exception e)
    {
        if (!string.IsNullOrEmpty(_caller.Environment.GetValueOrDefault(TraceVariable)))
        {
            foreach (var line in e.ToString().Split('\n'))
                _caller.Error.WriteLine(SafeText.Of(line.TrimEnd('\r')));
        }

        var text = SafeText.Of(e.Message.TrimEnd('.'));
        if (text.Length > LongestSurprise)
            text = text[..LongestSurprise] + "…";
        return Failed(ExitCode.Failed, $"a mistake of this program: {e.GetType().Name}: {text}", $"the same command with {TraceVariable}=1 says where it happened; please report that");
    }

    private static int ExitCodeOf(VSphereException e) => e switch
    {
        VSphereTransportException { IsTimeout: true } => ExitCode.TimedOut,
        VSphereLoginException => ExitCode.Refused,
        VSphereFaultException fault when fault.Is("NoPermission") => ExitCode.Refused,
        _ => ExitCode.Failed,
    };

    private static int ExitCodeOf(ApiException e) => e switch
    {
        { IsTimeout: true } => ExitCode.TimedOut,
        { Status: HttpStatusCode.NotFound } => ExitCode.NotFound,
        { Status: HttpStatusCode.Conflict, Problem.Candidates: not null } => ExitCode.NotFound,
        { Status: HttpStatusCode.Conflict or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.Locked } => ExitCode.Refused,
        { Status: HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout } => ExitCode.TimedOut,
        { Status: HttpStatusCode.BadRequest } => ExitCode.Usage,
        _ => ExitCode.Failed,
    };

    private static string Explain(ApiException e) => e.Problem?.Candidates is { Count: > 0 } candidates && !e.Message.Contains(candidates[0], StringComparison.Ordinal)
        ? $"{e.Message}\n  it may mean {string.Join(", ", candidates)}"
        : e.Message;

    private static string? NextOf(ApiException e) => e.Status switch
    {
        null => "portside serve here; or name the concentrator with --server URL, PORTSIDE_SERVER or a context,\n"
            + "        through a tunnel where it listens on its own loopback: ssh -N -L 13371:127.0.0.1:13371 HOST",
        HttpStatusCode.NotFound => "portside ls",
        _ => null,
    };

    /// <summary>Mistyped options of verbs that take any number of words: nothing that has a name here begins with a dash.</summary>
    private static List<string> Strays(ParseResult parsed) => parsed.Action is null || parsed.Action != parsed.CommandResult.Command.Action
        ? []
        : [.. parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(one => one.Tokens).Select(token => token.Value).Where(word => word is ['-', _, ..])];

    private int Misused(ParseResult parsed, IReadOnlyList<string> strays)
    {
        var errors = parsed.Errors.Select(e => e.Message).Distinct().ToList();

        // A word that is no verb is reported as missing verb as well; this says it once and better.
        if (parsed.UnmatchedTokens.Count > 0)
            errors.RemoveAll(m => m.StartsWith("Unrecognized", StringComparison.Ordinal) || m.StartsWith("Required command", StringComparison.Ordinal));
        foreach (var word in parsed.UnmatchedTokens.Concat(strays).Distinct())
        {
            var meant = Spelling.Nearest(word, KnownWords(parsed.CommandResult.Command));
            errors.Add($"'{word}' is not known here" + (meant is null ? "" : $"; did you mean {meant}?"));
        }

        foreach (var error in errors)
            _caller.Error.WriteLine($"portside: {SafeText.Of(error.TrimEnd('.'))}");
        var path = string.Join(' ', Path(parsed.CommandResult));
        _caller.Error.WriteLine($"  next: {path} --help");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> KnownWords(Command command) =>
        command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)
            .Concat(command.Options.Where(o => !o.Hidden).Select(o => o.Name));

    private static Stack<string> Path(CommandResult? result)
    {
        var words = new Stack<string>();
        for (var at = result; at is not null; at = at.Parent as CommandResult)
            words.Push(at.Command is RootCommand ? "portside" : at.Command.Name);
        return words;
    }

    private int Failed(int exitCode, string message, string? next)
    {
        var lines = message.Split('\n');
        _caller.Error.WriteLine($"portside: {SafeText.Of(lines[0])}");
        foreach (var line in lines.Skip(1))
            _caller.Error.WriteLine(SafeText.Of(line));
        if (next is not null)
            _caller.Error.WriteLine($"  next: {string.Join('\n', next.Split('\n').Select(SafeText.Of))}");
        return exitCode;
    }
}
