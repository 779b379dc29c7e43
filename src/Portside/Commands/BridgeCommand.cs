using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Portside.Bridging;
using Portside.Configuration;
using Portside.Host.Bridges;
using Portside.Output;
using Portside.Serve;

namespace Portside.Commands;

/// <summary><c>portside bridge LINE</c>: makes any serial line a virtual serial port towards a concentrator.</summary>
internal sealed class BridgeCommand : Command
{
    private readonly GlobalOptions _global;

    private readonly Argument<string[]> _line = new("LINE")
    {
        Description = "/dev/ttyS0, tty:/dev/ttyUSB0?baud=9600, pty:[/link], exec:COMMAND, unix:/socket, unix-listen:/socket, tcp://HOST:PORT, "
            + "tcp-listen:ADDR:PORT, telnet://HOST:PORT, rfc2217://HOST:PORT; or a command behind --.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _file = new("--file", "-f") { Description = "Bridge the many lines of a YAML file; SIGHUP reads it anew.", HelpName = "FILE" };
    private readonly Option<string?> _to = new("--to") { Description = "The concentrator: telnet[s]://HOST:13370[#thumbprint=…].", HelpName = "URI" };
    private readonly Option<string?> _name = new("--name") { Description = "The machine's name.", HelpName = "NAME" };
    private readonly Option<string?> _uuid = new("--uuid") { Description = "The machine's UUID; without it one made of its name and this host's.", HelpName = "UUID" };
    private readonly Option<string?> _label = new("--label") { Description = "Tells ports of one machine apart.", HelpName = "LABEL" };
    private readonly Option<string?> _service = new("--service-uri") { Description = "What the concentrator is asked for; default vSPC.py.", HelpName = "URI" };

    private readonly Option<Host.Ports.SerialDirection?> _direction =
        ValueOption.Choice("--direction", BridgeSyntax.Direction, "Direction of the service URI; default server.", "DIRECTION");

    private readonly Option<RestartPolicy?> _restart =
        ValueOption.Choice("--restart", BridgeSyntax.Restart, "What follows the line's end: always (default), on-failure or never.", "WHEN");

    private readonly Option<long?> _hold =
        ValueOption.Of("--hold", BridgeSyntax.Hold, "Output kept while the concentrator cannot be reached; default 256KiB.", "SIZE");

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public BridgeCommand(GlobalOptions global)
        : base("bridge", "Make any serial line a virtual serial port: QEMU, a terminal device, a program, a socket, a telnet or RFC 2217 server.")
    {
        _global = global;
        Add(_line);
        foreach (var option in (Option[])[_to, _name, _uuid, _label, _service, _direction, _hold, _restart, _file])
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        if (!TryRead(arguments, out var wanted))
            return ExitCode.Usage;
        var diagnostics = new DiagnosticsOptions { Level = LogLevel.Warning };
        using var events = new EventLog(caller.Error, diagnostics, isJournal: false, caller.Clock);
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(events).SetMinimumLevel(LogLevel.Warning));
        var story = new BridgeStory(caller, _global.Format(arguments));
        await using var fleet = new BridgeFleet(new LineSources(caller.Clock), story, caller.Clock, loggers);
        try
        {
            await fleet.SetAsync(wanted);
        }
        catch (PlatformNotSupportedException e)
        {
            throw new CommandFailure(ExitCode.Failed, e.Message.TrimEnd('.'));
        }

        using var reload = OnReload(() => Reload(arguments, fleet));
        try
        {
            var code = await fleet.WaitAsync().WaitAsync(cancellation);
            return code == 0 ? ExitCode.Done : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    private bool TryRead(ParseResult arguments, out IReadOnlyList<BridgeSpec> wanted)
    {
        if (arguments.GetValue(_file) is not { } file)
        {
            wanted = [ReadOne(arguments)];
            Warn(wanted);
            return true;
        }

        if (arguments.GetValue(_line) is { Length: > 0 } || arguments.GetResult(_name) is not null)
            throw new CommandFailure(ExitCode.Usage, "--file has the lines and names; give one or the other", "portside bridge --help");
        wanted = BridgeFile.Read(file, out var mistakes);
        foreach (var mistake in mistakes)
            _global.Caller.Error.WriteLine(SafeText.Of(mistake.ToString()));
        if (mistakes.Count > 0)
            return false;
        Warn(wanted);
        return true;
    }

    private void Warn(IReadOnlyList<BridgeSpec> bridges)
    {
        foreach (var bridge in bridges)
        {
            if (bridge.Doubt is { } doubt)
                _global.Caller.Error.WriteLine(SafeText.Of($"portside: warning: {bridge.Name}: the concentrator may refuse service URI {bridge.FullServiceUri}: {doubt}"));
        }
    }

    private BridgeSpec ReadOne(ParseResult arguments)
    {
        var words = arguments.GetValue(_line) ?? [];
        var isCommand = arguments.Tokens.Any(token => token.Type == TokenType.DoubleDash);
        if (words.Length == 0)
            throw new CommandFailure(ExitCode.Usage, "there is no line to bridge", "portside bridge --help");
        if (words.Length > 1 && !isCommand)
            throw new CommandFailure(ExitCode.Usage, $"'{words[1]}' is one word too many: there is one line; a command stands behind --", "portside bridge --help");
        var to = arguments.GetValue(_to) ?? throw new CommandFailure(ExitCode.Usage, "--to is missing: the concentrator to be a machine of", "portside bridge --to telnet://HOST:13370 …");
        var name = arguments.GetValue(_name) ?? throw new CommandFailure(ExitCode.Usage, "--name is missing: the name of the machine", "portside bridge --name NAME …");
        Refuse("--to", BridgeSyntax.ReadTo(to, out var proxy));
        Refuse("--name", BridgeSyntax.Text.Read(name, out name));
        if (!isCommand)
            Refuse("LINE", BridgeSyntax.ReadLine(words[0]));
        Guid? uuid = null;
        if (arguments.GetValue(_uuid) is { } given)
            Refuse("--uuid", BridgeSyntax.ReadUuid(given, out uuid));
        var bridge = new BridgeSpec
        {
            To = proxy!,
            Name = name,
            Uuid = uuid,
            Label = arguments.GetValue(_label),
            Line = string.Join(' ', words),
            Command = isCommand ? string.Join('\0', words) : null,
        };
        return bridge with
        {
            ServiceUri = arguments.GetValue(_service) ?? bridge.ServiceUri,
            Direction = arguments.GetValue(_direction) ?? bridge.Direction,
            HoldBytes = (int)(arguments.GetValue(_hold) ?? bridge.HoldBytes),
            Restart = arguments.GetValue(_restart) ?? bridge.Restart,
        };
    }

    private static void Refuse(string what, string? complaint)
    {
        if (complaint is not null)
            throw new CommandFailure(ExitCode.Usage, $"{what}: {complaint}", "portside bridge --help");
    }

    private async Task Reload(ParseResult arguments, BridgeFleet fleet)
    {
        try
        {
            // With mistakes in the file everything stays as it is.
            if (arguments.GetValue(_file) is not null && TryRead(arguments, out var wanted))
                await fleet.SetAsync(wanted);
        }
        catch (ObjectDisposedException)
        {
            // It ends just now.
        }
    }

    private static PosixSignalRegistration? OnReload(Func<Task> reload) => OperatingSystem.IsWindows()
        ? null
        : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _ = reload();
        });
}
