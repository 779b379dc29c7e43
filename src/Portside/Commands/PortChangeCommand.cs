using System.CommandLine;
using Portside.Bridging;
using Portside.Configuration.Syntax;
using Portside.Contexts;
using Portside.Output;
using Portside.SerialPorts;
using Portside.VSphere.SerialPorts;

namespace Portside.Commands;

/// <summary>The verbs that change ports of the machines that are named: <c>add</c>, <c>set</c>, <c>ensure</c>, <c>rm</c>, <c>connect</c>, <c>disconnect</c>.</summary>
internal sealed class PortChangeCommand : Command
{
    private readonly GlobalOptions _global;
    private readonly PortAction _action;
    private readonly VSphereArguments _vsphere;
    private readonly PortRunArguments _run = new();
    private readonly MachineArgument _machines;
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would change, field by field, and change nothing." };

    private readonly ChangeExitOption _exit = new("a port was changed (with --dry-run: would be)");

    private readonly Option<string?> _to = new("--to") { Description = "The concentrator's API, such as http://console.example:13371: it says its proxy URI and thumbprint, and is asked whether the link arrived. Where a port needs one and none is given: that of --server, PORTSIDE_SERVER or the context.", HelpName = "URL" };
    private readonly Option<bool> _plain = new("--plain") { Description = "With --to: telnet:// in clear instead of telnets:// with the thumbprint." };
    private readonly Option<string?> _proxyHost = new("--proxy-host") { Description = "With --to: name or address by which the hosts reach the concentrator, if not what it says itself.", HelpName = "HOST" };
    private readonly Option<string?> _proxy = new("--proxy") { Description = "The proxy URI itself: telnets://HOST:13370#thumbprint=…; none for a port that dials or listens itself.", HelpName = "URI" };
    private readonly Option<string?> _service = new("--service") { Description = "The service URI; default vSPC.py for a new port.", HelpName = "URI" };
    private readonly Option<Host.Ports.SerialDirection?> _direction = ValueOption.Choice("--direction", BridgeSyntax.Direction, "Direction of the service URI; default server for a new port.", "DIRECTION");
    private readonly Option<string[]> _labels = new("--label") { Description = "Tells ports of one machine apart, as ?port=LABEL in the service URI; may be given again for several ports.", HelpName = "LABEL", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _which = new("--port") { Description = "Which port: its key (9000), its number in vSphere (1), or its label.", HelpName = "PORT" };
    private readonly Option<bool> _all;
    private readonly Option<bool?> _start = ValueOption.Of("--start-connected", BooleanSyntax.Instance, "Whether it is connected at power-on; true for a new port.", "BOOL");
    private readonly Option<bool?> _guest = ValueOption.Of("--allow-guest-control", BooleanSyntax.Instance, "Whether the guest may connect and disconnect it; true for a new port.", "BOOL");
    private readonly Option<bool?> _yield = ValueOption.Of("--yield-on-poll", BooleanSyntax.Instance, "Whether a guest that polls the port gives the processor away; true for a new port.", "BOOL");
    private readonly Option<bool> _allLost = new("--all-lost") { Description = "Every port that should be connected and is not, of the machines named, or of all: after a concentrator's outage." };
    private readonly Option<bool> _reconnect = new("--reconnect") { Description = "Close the connection and open a new one, though it is connected." };

    private PortChangeCommand(GlobalOptions global, PortAction action, string name, string description)
        : base(name, description)
    {
        _global = global;
        _action = action;
        _vsphere = new VSphereArguments(global);
        _machines = new MachineArgument(isOptional: action == PortAction.Connect);
        _all = new Option<bool>("--all") { Description = "Every network serial port of the machine." };
        Add(_machines);
        if (action is PortAction.Add or PortAction.Set or PortAction.Ensure)
        {
            foreach (var option in (Option[])[_to, _plain, _proxyHost, _proxy, _service, _direction, _labels, _start, _guest, _yield])
                Add(option);
        }

        if (action != PortAction.Add)
            Add(_which);
        if (action is PortAction.Set or PortAction.Remove or PortAction.Connect or PortAction.Disconnect)
            Add(_all);
        if (action == PortAction.Connect)
        {
            Add(_allLost);
            Add(_reconnect);
            Add(_to);
            Add(_proxyHost);
        }

        if (action == PortAction.Disconnect)
            Add(_reconnect);
        Add(_dryRun);
        Add(_exit);
        _run.AddTo(this);
        _vsphere.AddTo(this);
        SetAction(RunAsync);
    }

    /// <summary><c>port add</c>.</summary>
    public static Command Add(GlobalOptions global) => new PortChangeCommand(
        global, PortAction.Add, "add", "Add a network serial port to machines, whatever ports they have; 'ensure' adds one only where it is missing.");

    /// <summary><c>port set</c>.</summary>
    public static Command Set(GlobalOptions global) => new PortChangeCommand(
        global, PortAction.Set, "set", "Change ports that machines have; what is not given stays as it is.");

    /// <summary><c>port ensure</c>.</summary>
    public static Command Ensure(GlobalOptions global) => new PortChangeCommand(
        global, PortAction.Ensure, "ensure", "Make sure that machines have a port like this: add it where it is missing, change what differs, connect it where the machine runs.");

    /// <summary><c>port rm</c>.</summary>
    public static Command Remove(GlobalOptions global) => new PortChangeCommand(global, PortAction.Remove, "rm", "Remove network serial ports from machines.");

    /// <summary><c>port connect</c>.</summary>
    public static Command Connect(GlobalOptions global) => new PortChangeCommand(
        global, PortAction.Connect, "connect", "Connect ports of running machines; --all-lost brings back every port that lost its connection.");

    /// <summary><c>port disconnect</c>.</summary>
    public static Command Disconnect(GlobalOptions global) => new PortChangeCommand(
        global, PortAction.Disconnect, "disconnect", "Disconnect ports of running machines; --reconnect connects them anew.");

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        var selectors = await _machines.ReadAsync(arguments, caller, cancellation);
        if (selectors.Count == 0)
        {
            if (!arguments.GetValue(_allLost))
                throw new CommandFailure(ExitCode.Usage, "no machine is named", "portside port connect MACHINE, or portside port connect --all-lost");
            selectors = ["*"];
        }

        // Everything that can be wrong on the command line is found before anybody is asked for anything.
        var usual = Usual(arguments);
        var wished = Wishes(arguments, usual is not null);
        var options = await _vsphere.ReadAsync(arguments, cancellation);
        if (usual is not null)
            caller.Error.WriteLine(SafeText.Of($"the concentrator is {usual.Value} ({usual.From}), as --to names none"));
        using var target = (arguments.GetValue(_to) ?? usual?.Value) is { } to
            ? await ConcentratorTarget.AskAsync(to, _action == PortAction.Connect ? null : arguments.GetValue(_plain), arguments.GetValue(_proxyHost), caller.Clock, cancellation, usual?.From ?? _to.Name)
            : null;
        if (target?.ProxyUri is { } uri)
            wished = [.. wished.Select(one => one with { ProxyUri = uri })];
        foreach (var one in wished)
        {
            if (_action is PortAction.Add or PortAction.Ensure && PortSyntax.Complaint(one) is { } complaint)
                throw new CommandFailure(ExitCode.Usage, complaint, $"portside port {Name} MACHINE --to http://CONCENTRATOR:13371");
        }

        await using var session = await VSphere.Client.VSphereSession.ConnectAsync(options, caller.Clock, cancellation: cancellation);
        var inventory = await PortTargets.ReadAsync(session, _vsphere.Datacenter(arguments), caller, cancellation);
        var machines = await PortTargets.FindAsync(inventory, selectors, session, cancellation);
        var wishes = machines.Select(machine => (machine, wished)).ToList();
        if (arguments.GetValue(_dryRun))
            return PortReport.Write(_global, arguments, PortRun.Plan(wishes), isPlan: true, _exit);
        var run = new PortRun
        {
            Session = session,
            Caller = caller,
            Target = target,
            Parallel = _run.Parallel(arguments),
            Wave = _run.Wave(arguments),
            Within = _action == PortAction.Disconnect && !arguments.GetValue(_reconnect) ? TimeSpan.Zero : _run.Within(arguments),
        };
        var results = await run.ApplyAsync(wishes, cancellation);
        var code = PortReport.Write(_global, arguments, results, isPlan: false, _exit);
        return cancellation.IsCancellationRequested ? ExitCode.Interrupted : code;
    }

    /// <summary>
    /// The concentrator that is taken where none is named: the one that other verbs talk to, if somebody said which. Only where the command
    /// would make no sense without one: a port that dials by itself, or one of which something else is changed, is not moved in passing.
    /// </summary>
    private Said? Usual(ParseResult arguments)
    {
        if (arguments.GetValue(_to) is not null || arguments.GetValue(_proxy) is not null || !NeedsOne(arguments))
            return null;
        var said = _global.Server(arguments, _global.Context(arguments));
        return said.IsDefault ? null : said;
    }

    private bool NeedsOne(ParseResult arguments) => _action switch
    {
        // A service URI with a colon is an address, or was meant to be one.
        PortAction.Add or PortAction.Ensure => arguments.GetValue(_service)?.Contains(':', StringComparison.Ordinal) != true,
        PortAction.Set => arguments.GetValue(_plain) || arguments.GetValue(_proxyHost) is not null || ChangesNothing(arguments),
        _ => false,
    };

    private bool ChangesNothing(ParseResult arguments) =>
        arguments.GetValue(_to) is null && arguments.GetValue(_proxy) is null && arguments.GetValue(_service) is null && arguments.GetValue(_direction) is null
        && arguments.GetValue(_start) is null && arguments.GetValue(_guest) is null && arguments.GetValue(_yield) is null && arguments.GetValue(_labels) is not { Length: > 0 };

    private IReadOnlyList<PortWish> Wishes(ParseResult arguments, bool hasUsual)
    {
        var proxy = arguments.GetValue(_proxy);
        if (proxy is not null && arguments.GetValue(_to) is not null)
            throw new CommandFailure(ExitCode.Usage, "--proxy and --to both name the concentrator; give one or the other", $"portside port {Name} --help");
        if (arguments.GetValue(_to) is null && !hasUsual && (arguments.GetValue(_plain) || arguments.GetValue(_proxyHost) is not null))
            throw new CommandFailure(ExitCode.Usage, "--plain and --proxy-host say how --to is meant, and there is none", $"portside port {Name} --help");
        Refuse("--proxy", proxy is null ? null : PortSyntax.ReadProxy(proxy));
        var service = arguments.GetValue(_service);
        Refuse("--service", service is null ? null : PortSyntax.ReadService(service));
        var one = new PortWish
        {
            Action = _action is PortAction.Connect or PortAction.Disconnect && arguments.GetValue(_reconnect) ? PortAction.Reconnect : _action,
            All = arguments.GetValue(_all),
            OnlyLost = arguments.GetValue(_allLost),
            ProxyUri = proxy is "none" ? "" : proxy,
            ServiceUri = service,
            Direction = PortSyntax.Direction(arguments.GetValue(_direction)),
            Which = arguments.GetValue(_which),
            StartConnected = arguments.GetValue(_start),
            AllowGuestControl = arguments.GetValue(_guest),
            YieldOnPoll = arguments.GetValue(_yield),
        };
        var labels = arguments.GetValue(_labels) ?? [];
        foreach (var label in labels)
            Refuse("--label", PortSyntax.ReadLabel(label));
        if (labels.Length > 1 && one.Which is not null)
            throw new CommandFailure(ExitCode.Usage, "--port names one port, and --label several", $"portside port {Name} --help");
        if (labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
            throw new CommandFailure(ExitCode.Usage, $"--label {twice} is given twice; ports of one machine are told apart by it", $"portside port {Name} --help");
        if (one.Which is not null && (one.All || one.OnlyLost))
            throw new CommandFailure(ExitCode.Usage, $"--port names one port, and {(one.All ? "--all every" : "--all-lost every lost")} one; give one or the other", $"portside port {Name} --help");
        if (one.All && labels.Length > 0)
            throw new CommandFailure(ExitCode.Usage, "--label is one port's, and --all means every one; give one or the other", $"portside port {Name} --help");
        if (_action == PortAction.Set && !hasUsual && ChangesNothing(arguments))
            throw new CommandFailure(ExitCode.Usage, "nothing is given that is to change", "portside port set --help");
        return labels.Length == 0 ? [one] : [.. labels.Select(label => one with { Label = label })];
    }

    private static void Refuse(string what, string? complaint)
    {
        if (complaint is not null)
            throw new CommandFailure(ExitCode.Usage, $"{what}: {complaint}");
    }
}
