using System.CommandLine;
using Portside.Api.Remote;
using Portside.Configuration.Syntax;
using Portside.Host.Faults;
using Portside.Hosting;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside host fault add KIND</c>: lets something go wrong.</summary>
internal sealed class HostFaultAddCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    /// <param name="login">Which host, and who asks.</param>
    public HostFaultAddCommand(GlobalOptions global, HostLoginOptions login)
        : base("add", "Let something go wrong from now on; once, unless --count says otherwise.")
    {
        var kind = new Argument<string>("KIND") { Description = $"What: {string.Join(", ", FaultRule.Kinds.Keys)}." };
        kind.CompletionSources.Add([.. FaultRule.Kinds.Keys]);
        var machine = Text("--machine", "For which machines, with * and ?; all.", "NAME");
        var method = Text("--method", "For which methods, such as 'PowerOn*'; all.", "NAME");
        var count = Text("--count", "How often, or always; once, and what is slow always.", "COUNT");
        var time = ValueOption.Of("--time", new DurationSyntax(TimeSpan.Zero, FaultRule.MaxTime), "How late, where something is; 2s.", "TIME");
        var connections = ValueOption.Of("--connections", new WholeNumberSyntax(1, FaultRule.MaxConnections), "How often a storm connects; 20.", "COUNT");
        var fault = Text("--fault", "What a task fails with; GenericVmConfigFault.", "NAME");
        Add(kind);
        foreach (var option in (Option[])[machine, method, count, time, connections, fault])
            Add(option);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            if (FaultRule.Kinds.TryGetValue(arguments.GetValue(kind)!, out var known))
            {
                var details = FaultRule.Details(known);
                foreach (var option in (Option[])[method, time, connections, fault])
                {
                    if (arguments.GetResult(option) is { Implicit: false } && !details.Contains(option.Name[2..]))
                        throw new CommandFailure(ExitCode.Usage, $"{option.Name} has no meaning for {FaultRule.Word(known)}, which takes {string.Join(", ", details.Select(static detail => "--" + detail))}", "portside host fault add --help");
                }
            }

            var wanted = new FaultDescription
            {
                Kind = arguments.GetValue(kind)!,
                Machine = arguments.GetValue(machine),
                Method = arguments.GetValue(method),
                Count = arguments.GetValue(count) is not { } times ? null
                    : times.Equals("always", StringComparison.OrdinalIgnoreCase) ? 0
                    : new WholeNumberSyntax(1, int.MaxValue).Read(times, out var number) is { } complaint ? throw new CommandFailure(ExitCode.Usage, $"--count: {complaint}, or always")
                    : number,
                Milliseconds = (int?)arguments.GetValue(time)?.TotalMilliseconds,
                Connections = arguments.GetValue(connections),
                Fault = arguments.GetValue(fault),
            };
            await login.RunAsync(
                arguments,
                async host =>
                {
                    var added = await host.AddFaultAsync(wanted, cancellation);
                    if (global.Format(arguments) is var format and not OutputFormat.Table)
                        ResultText.Write(caller, format, added, HostJson.Default.FaultDescription);
                    else
                        caller.Error.WriteLine(ForeignText.Line($"{added.Id}: {added.Kind}, {HostFaultLsCommand.Times(added)}"));
                },
                cancellation);
            return ExitCode.Done;
        });
    }

    private static Option<string?> Text(string name, string description, string valueName) => new(name) { Description = description, HelpName = valueName };
}
