using System.CommandLine;
using Portside.Api.Remote;
using Portside.Bridging;
using Portside.Configuration.Syntax;
using Portside.Conformance;
using Portside.Host.Conformance;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Hosting;
using Portside.Lines;
using Portside.Lines.Dialling;
using Portside.Lines.Uris;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside host conformance --proxy URI</c>: tries any concentrator from the machine's end.</summary>
internal sealed class HostConformanceCommand : Command
{
    private static readonly ConformanceOptions Defaults = new() { Proxy = ProxyUri.Parse("telnet://127.0.0.1:13370") };

    /// <summary>So that who comes later sees what a machine said first; without it that could not be tried.</summary>
    private const int ReplayBytes = 64 * 1024;

    private readonly GlobalOptions _global;
    private readonly Option<string?> _proxy = Text("--proxy", "The concentrator: telnet[s]://HOST:13370[#thumbprint=…].", "URI");
    private readonly Option<string?> _checks = Text("--checks", "Which checks; all. Names with * and ?, separated by commas; ! before one leaves it out.", "GLOB");
    private readonly Option<string?> _console = Text("--console", "A way to a port's console: telnet://HOST:PORT, tcp://…; {name} and {uuid} stand for the machine's.", "URI");
    private readonly Option<string?> _portside = Text("--portside", "The API of the concentrator, if it is Portside: its consoles are reached by it.", "URL");
    private readonly Option<string?> _service = Text("--service-uri", $"A service URI that it serves; {Defaults.ServiceUri}.", "URI");
    private readonly Option<SerialDirection?> _direction = ValueOption.Choice("--direction", BridgeSyntax.Direction, "Direction of the service URI; server.", "DIRECTION");
    private readonly Option<string?> _refused = Text("--refused-uri", "A service URI that it must refuse; without it that is not tried.", "URI");
    private readonly Option<TimeSpan?> _patience = Time("--patience", "How long each answer may take; 10s.");
    private readonly Option<TimeSpan?> _goAhead = Time("--goahead-limit", "How long GOAHEAD may take; 5s, as ESXi's serialN.vmotionLimit.");
    private readonly Option<TimeSpan?> _late = Time("--late", "By how much the checks are late that are so on purpose; 2s.");
    private readonly Option<int?> _storm = ValueOption.Of("--storm", new WholeNumberSyntax(1, 100_000), "How often the reconnect storm connects; 50.", "COUNT");
    private readonly Option<string?> _junit = Text("--junit", "Write JUnit's XML as well.", "FILE");
    private readonly Option<bool> _list = new("--list") { Description = "List the checks and try nothing." };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "With --list: as the page of the documentation." };

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public HostConformanceCommand(GlobalOptions global)
        : base("conformance", "Try a concentrator, any concentrator, against VMware's guide, from the machine's end of the wire.")
    {
        _global = global;
        foreach (var option in (Option[])[_proxy, _checks, _console, _portside, _service, _direction, _refused, _patience, _goAhead, _late, _storm, _junit, _list, _markdown])
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        var format = _global.Format(arguments);
        var pattern = arguments.GetValue(_checks);
        var checks = ConformanceSuite.Select(pattern);
        if (checks.Count == 0)
            throw new CommandFailure(ExitCode.Usage, $"--checks: '{pattern}' names no check", "portside host conformance --list");
        if (arguments.GetValue(_list))
            return List(checks, format, arguments.GetValue(_markdown));
        if (arguments.GetValue(_proxy) is not { } text)
            throw new CommandFailure(ExitCode.Usage, "--proxy is missing: which concentrator?", "portside host conformance --proxy telnet://127.0.0.1:13370");
        if (!ProxyUri.TryParse(text, out var proxy, out var error))
            throw new CommandFailure(ExitCode.Usage, $"--proxy: {error.TrimEnd('.')}");

        using var api = Api(arguments.GetValue(_portside));
        var options = new ConformanceOptions
        {
            Proxy = proxy,
            ServiceUri = arguments.GetValue(_service) ?? Defaults.ServiceUri,
            Direction = arguments.GetValue(_direction) ?? Defaults.Direction,
            RefusedServiceUri = arguments.GetValue(_refused),
            Console = Console(api, arguments.GetValue(_console)),
            Patience = arguments.GetValue(_patience) ?? Defaults.Patience,
            GoAheadLimit = arguments.GetValue(_goAhead) ?? Defaults.GoAheadLimit,
            LateBy = arguments.GetValue(_late) ?? Defaults.LateBy,
            StormConnections = arguments.GetValue(_storm) ?? Defaults.StormConnections,
            Time = caller.Clock,
        };
        var progress = new ConformanceProgress(caller, checks.Count);
        var report = await ConformanceSuite.RunAsync(options, checks, progress.Begun, progress.Ended, cancellation);
        if (arguments.GetValue(_junit) is { } file)
            JUnitReport.Write(report, file);
        if (format == OutputFormat.Table)
            Drawing.Write(caller, ConformanceText.Of(report));
        else
            ResultText.Write(caller, format, ConformanceDescription.Of(report), HostJson.Default.ConformanceDescription);
        caller.Error.WriteLine(ConformanceText.Sum(report));
        return report.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    private int List(IReadOnlyList<ConformanceCheck> checks, OutputFormat format, bool markdown)
    {
        var caller = _global.Caller;
        if (markdown)
            caller.Out.Write(ConformanceText.AsPage(checks));
        else if (format == OutputFormat.Table)
            Drawing.Write(caller, ConformanceText.Of(checks));
        else
            ResultText.Write(caller, format, (IReadOnlyList<CheckDescription>)[.. checks.Select(CheckDescription.Of)], HostJson.Default.IReadOnlyListCheckDescription);
        return ExitCode.Done;
    }

    private ApiClient? Api(string? text) => text is null ? null
        : ServerAddress.Read(text, out var server) is { } complaint ? throw new CommandFailure(ExitCode.Usage, $"--portside: {complaint}")
        : new ApiClient(server, _global.Caller.Clock);

    private Func<ConsoleTarget, CancellationToken, Task<Line>>? Console(ApiClient? api, string? template)
    {
        if (api is not null && template is not null)
            throw new CommandFailure(ExitCode.Usage, "--portside and --console exclude each other", "portside host conformance --help");
        if (api is not null)
        {
            return async (target, cancellation) =>
            {
                try
                {
                    var query = new AttachQuery { Replay = ReplayBytes, Name = "conformance" };
                    return new AttachedLine(await api.AttachAsync(target.Uuid.ToString(), query, cancellation), target.Name);
                }
                catch (ApiException e)
                {
                    throw new IOException($"{api.Server}: {e.Message.TrimEnd('.')}.", e);
                }
            };
        }

        if (template is null)
            return null;
        _ = Read(template, new ConsoleTarget("name", default));
        var dialer = new LineDialer(new LineDialerOptions { Policy = DialPolicy.Everything, Time = _global.Caller.Clock });
        return (target, cancellation) => dialer.DialAsync(Read(template, target), cancellation);
    }

    private static LineUri Read(string template, ConsoleTarget target)
    {
        var text = template
            .Replace("{name}", target.Name, StringComparison.OrdinalIgnoreCase)
            .Replace("{uuid}", target.Uuid.ToString(), StringComparison.OrdinalIgnoreCase);
        return LineUri.TryParse(text, out var uri, out var error) ? uri : throw new CommandFailure(ExitCode.Usage, $"--console: {error.TrimEnd('.')}");
    }

    private static Option<string?> Text(string name, string description, string valueName) => new(name) { Description = description, HelpName = valueName };

    private static Option<TimeSpan?> Time(string name, string description) =>
        ValueOption.Of(name, new DurationSyntax(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)), description, "TIME");
}
