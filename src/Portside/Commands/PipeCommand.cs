using System.CommandLine;
using Portside.Api.Remote;
using Portside.Attach;
using Portside.Concentrator.Clients;
using Portside.Configuration;
using Portside.Configuration.Syntax;

namespace Portside.Commands;

/// <summary><c>portside pipe PORT</c>: a port as standard input and output, for programs that run programs.</summary>
/// <remarks>
/// As socat does it: the end of the input is not the end of the output, which has some time to answer in. A terminal,
/// such as the one a console manager gives its children, is made raw: every byte is the machine's.
/// </remarks>
internal sealed class PipeCommand : Command
{
    private readonly GlobalOptions _global;
    private readonly PortArgument _port;

    private readonly Option<ClientMode?> _mode =
        ValueOption.Choice("--mode", ConfigKeys.Mode, "What it may do and what it forbids others; read-write.", "MODE", "-m");

    private readonly Option<bool> _steal = new("--steal") { Description = "Take the port from whoever is in the way; they are told by whom." };

    private readonly Option<long?> _replay = ValueOption.Of("--replay", SizeSyntax.Any, "Recent output to begin with; none.", "BYTES");

    private readonly Option<string?> _wait = new("--wait")
    {
        Description = "After the input ended, leave once the machine has been silent so long, or 'forever' to stay; 500ms.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _name = new("--name") { Description = "Who this is for the others; else PORTSIDE_USER, else your login.", HelpName = "NAME" };

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public PipeCommand(GlobalOptions global)
        : base("pipe", "Connect standard input and output with a port: its bytes and no others. For people there is attach.")
    {
        _global = global;
        _port = new PortArgument(global);
        Add(_port);
        foreach (var option in new Option[] { _mode, _steal, _replay, _wait, _name })
            Add(option);
        global.HasOneForm(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        var selector = arguments.GetValue(_port)!;
        var mode = arguments.GetValue(_mode) ?? ClientMode.ReadWrite;
        var settings = new AttachSettings
        {
            Selector = selector,
            Escape = null,
            TildeEscape = false,
            ReadsInput = mode != ClientMode.ReadOnly,
            IsPlain = true,
            Wait = AttachCommand.ReadWait(arguments.GetValue(_wait), TimeSpan.FromMilliseconds(500)),
        };
        var query = new AttachQuery
        {
            Mode = mode.ToWord(),
            Steal = arguments.GetValue(_steal),
            Plain = true,
            Replay = arguments.GetValue(_replay) ?? 0,
            Name = arguments.GetValue(_name) ?? caller.UserName,
        };
        using var api = _global.Connect(arguments);
        using var socket = await api.AttachAsync(selector, query, cancellation);
        using var session = new AttachSession(socket, caller, new AttachScreen(caller, isRaw: false, copy: null), settings);
        using (caller.InputIsTerminal ? caller.Terminal.EnterRawMode() : null)
        {
            return await session.RunAsync(cancellation) switch
            {
                AttachEnd.Left when !caller.InputIsTerminal && AttachCommand.NotDelivered(session, selector) is { } failure => throw failure,
                AttachEnd.Left => ExitCode.Done,
                AttachEnd.Ended => throw new CommandFailure(ExitCode.Failed, $"{selector}: {session.Reason}"),
                _ => throw new CommandFailure(
                    ExitCode.Failed, $"lost the connection to {api.Server.Authority}{(session.Reason is null ? "" : $": {session.Reason}")}"),
            };
        }
    }
}
