using System.CommandLine;
using Portside.Api.Remote;
using Portside.Attach;
using Portside.Concentrator.Clients;
using Portside.Configuration;
using Portside.Configuration.Syntax;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside attach PORT</c>: a machine's console, here.</summary>
internal sealed class AttachCommand : Command
{
    private readonly GlobalOptions _global;
    private readonly PortArgument _port;

    private readonly Option<ClientMode?> _mode =
        ValueOption.Choice("--mode", ConfigKeys.Mode, "What you may do and what you forbid others; read-write.", "MODE", "-m");

    private readonly Option<bool> _steal = new("--steal") { Description = "Take the port from whoever is in the way; they are told by whom." };
    private readonly Option<bool> _plain = new("--plain") { Description = "The machine's bytes and nothing else: no banner, no notices, no replay." };

    private readonly Option<string?> _escape = new("--escape")
    {
        Description = "The key that opens the menu, or none; else PORTSIDE_ESCAPE, else ^]. Ctrl-5 is the same byte as ^].",
        HelpName = "KEY",
    };

    private readonly Option<bool> _noTilde = new("--no-tilde") { Description = "Enter ~ . does not leave." };

    private readonly Option<long?> _replay = ValueOption.Of(
        "--replay", SizeSyntax.Any, "Recent output to show first; as much as the server likes on a terminal, else none.", "BYTES");

    private readonly Option<string?> _output = new("--output") { Description = "Append what the machine says to a file as well, byte by byte.", HelpName = "FILE" };

    private readonly Option<string?> _wait = new("--wait")
    {
        Description = "After piped input ended, leave once the machine has been silent so long, or 'forever' to stay; 1s.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _name = new("--name") { Description = "Who you are for the others; else PORTSIDE_USER, else your login.", HelpName = "NAME" };

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public AttachCommand(GlobalOptions global)
        : base("attach", "Attach to a machine's console. With piped input it is a program's: bytes as they are, no escapes.")
    {
        _global = global;
        _port = new PortArgument(global);
        Add(_port);
        foreach (var option in new Option[] { _mode, _steal, _plain, _escape, _noTilde, _replay, _output, _wait, _name })
            Add(option);
        global.HasOneForm(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        var selector = arguments.GetValue(_port)!;
        var settings = Settings(arguments, selector);
        var query = Query(arguments, settings);
        using var copy = Open(arguments.GetValue(_output));
        using var api = _global.Connect(arguments);
        using var socket = await api.AttachAsync(selector, query, cancellation);
        var screen = new AttachScreen(caller, settings.IsInteractive, copy);
        using var session = new AttachSession(socket, caller, screen, settings);

        var again = $"portside attach {ShellWord.Of(selector)}"
            + (arguments.GetValue(_mode) is { } mode ? $" --mode {mode.ToWord()}" : "");
        AttachEnd end;
        using (settings.IsInteractive ? caller.Terminal.EnterRawMode() : null)
        {
            end = await session.RunAsync(cancellation);
            if (end == AttachEnd.Left && settings is { IsInteractive: true, IsPlain: false })
                screen.Notice($"left {session.Title}; it goes on without you");
        }

        if (session.MissedBytes > 0)
            caller.Error.WriteLine($"portside: {ByteCount.Of(session.MissedBytes)} of {SafeText.Of(session.Title)} were missed: this side was too slow");
        return end switch
        {
            AttachEnd.Ended => throw new CommandFailure(ExitCode.Failed, $"{session.Title}: {session.Reason}", again),
            AttachEnd.Lost => throw new CommandFailure(
                ExitCode.Failed,
                $"lost the connection to {api.Server.Authority}{(session.Reason is null ? "" : $": {session.Reason}")}",
                again),
            _ when !settings.IsInteractive && NotDelivered(session, selector) is { } failure => throw failure,
            _ when screen.CopyFailure is { } reason => throw new CommandFailure(ExitCode.Failed, $"{arguments.GetValue(_output)} is incomplete: {reason}"),
            _ when session.MissedBytes > 0 && copy is not null => ExitCode.Failed,
            _ => ExitCode.Done,
        };
    }

    private AttachSettings Settings(ParseResult arguments, string selector)
    {
        var caller = _global.Caller;
        var isInteractive = caller.InputIsTerminal;
        return new AttachSettings
        {
            Selector = selector,
            Escape = Escape(arguments, caller),
            TildeEscape = !arguments.GetValue(_noTilde),
            IsInteractive = isInteractive,
            ReadsInput = isInteractive || arguments.GetValue(_mode) != ClientMode.ReadOnly,
            IsPlain = arguments.GetValue(_plain),
            Wait = ReadWait(arguments.GetValue(_wait), TimeSpan.FromSeconds(1)),
            Size = () => caller.Terminal.Size,
        };
    }

    private AttachQuery Query(ParseResult arguments, AttachSettings settings)
    {
        // A program that pipes a command in wants the answer to it, not what was said an hour ago.
        var isWatched = settings is { IsInteractive: true, IsPlain: false } || _global.Caller.OutputIsTerminal;
        return new AttachQuery
        {
            Mode = (arguments.GetValue(_mode) ?? ClientMode.ReadWrite).ToWord(),
            Steal = arguments.GetValue(_steal),
            // What is not to be shown is still to be known: plain is how we show, not what we ask for.
            Plain = false,
            Replay = arguments.GetValue(_replay) ?? (isWatched && !settings.IsPlain ? null : 0),
            Name = arguments.GetValue(_name) ?? _global.Caller.UserName,
            Size = settings.IsInteractive ? settings.Size() : null,
        };
    }

    private byte? Escape(ParseResult arguments, Caller caller)
    {
        var (text, from) = arguments.GetValue(_escape) is { } given
            ? (given, "--escape")
            : (caller.Environment.GetValueOrDefault("PORTSIDE_ESCAPE") is { Length: > 0 } variable ? variable : "^]", "PORTSIDE_ESCAPE");
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
            return null;
        return KeySyntax.Instance.Read(text, out var escape) is { } complaint
            ? throw new CommandFailure(ExitCode.Usage, $"{from}: {complaint}, or none")
            : escape;
    }

    /// <summary>What to tell a program of which bytes never reached the machine.</summary>
    /// <param name="session">Its attachment, which is over.</param>
    /// <param name="selector">The port, as it was selected.</param>
    /// <returns>The failure; null when everything was delivered.</returns>
    internal static CommandFailure? NotDelivered(AttachSession session, string selector) => session.DiscardedBytes == 0 ? null : new(
        ExitCode.Failed, $"{session.DiscardedBecause}; {ByteCount.Of(session.DiscardedBytes)} were not delivered", $"portside show {ShellWord.Of(selector)}");

    /// <summary>Reads how long to stay after the input ended.</summary>
    /// <param name="text">What was given; null for nothing.</param>
    /// <param name="usual">What holds then.</param>
    /// <returns>The time; null for ever.</returns>
    /// <exception cref="CommandFailure">It is neither a duration nor <c>forever</c>.</exception>
    internal static TimeSpan? ReadWait(string? text, TimeSpan usual)
    {
        if (text is null)
            return usual;
        if (text.Equals("forever", StringComparison.OrdinalIgnoreCase))
            return null;
        return DurationSyntax.Any.Read(text, out var wait) is { } complaint
            ? throw new CommandFailure(ExitCode.Usage, $"--wait: {complaint}, or forever")
            : wait;
    }

    private static FileStream? Open(string? path)
    {
        if (path is null)
            return null;
        try
        {
            return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Failed, $"{path} cannot be written: {e.Message.TrimEnd('.')}");
        }
    }
}
