using System.CommandLine;
using Portside.Output;
using Portside.SerialPorts;

namespace Portside.Commands;

/// <summary><c>portside port check MACHINE</c>: whether everything is there that a network serial port needs.</summary>
internal sealed class PortCheckCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public PortCheckCommand(GlobalOptions global)
        : base("check", "See whether network serial ports can work: the option on every host a machine can run on, firewall, licence, and the concentrator's name, port and certificate.")
    {
        var machines = new MachineArgument();
        var to = new Option<string?>("--to") { Description = "The concentrator's API; else the proxy URIs that the machines' ports have.", HelpName = "URL" };
        var plain = new Option<bool>("--plain") { Description = "With --to: telnet:// in clear instead of telnets://." };
        var proxyHost = new Option<string?>("--proxy-host") { Description = "With --to: name or address by which the hosts reach the concentrator.", HelpName = "HOST" };
        var proxy = new Option<string?>("--proxy") { Description = "A proxy URI to check.", HelpName = "URI" };
        var vsphere = new VSphereArguments(global);
        Add(machines);
        Add(to);
        Add(plain);
        Add(proxyHost);
        Add(proxy);
        vsphere.AddTo(this);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            if (arguments.GetValue(to) is null && (arguments.GetValue(plain) || arguments.GetValue(proxyHost) is not null))
                throw new CommandFailure(ExitCode.Usage, "--plain and --proxy-host say how --to is meant, and there is none", "portside port check --help");
            var selectors = await machines.ReadAsync(arguments, caller, cancellation);
            var options = await vsphere.ReadAsync(arguments, cancellation);
            var given = arguments.GetValue(proxy);
            if (given is not null && PortSyntax.ReadProxy(given) is { } complaint)
                throw new CommandFailure(ExitCode.Usage, $"--proxy: {complaint}");
            using var target = arguments.GetValue(to) is { } address
                ? await ConcentratorTarget.AskAsync(address, arguments.GetValue(plain), arguments.GetValue(proxyHost), caller.Clock, cancellation)
                : null;
            await using var session = await VSphere.Client.VSphereSession.ConnectAsync(options, caller.Clock, cancellation: cancellation);
            var inventory = await PortTargets.ReadAsync(session, vsphere.Datacenter(arguments), caller, cancellation);
            var meant = await PortTargets.FindAsync(inventory, selectors, session, cancellation);
            var checks = new PortChecks(session, caller.Patience, caller.Clock);
            var results = await checks.RunAsync(inventory, meant, given ?? target?.ProxyUri, cancellation);
            if (global.Format(arguments) is var format and not OutputFormat.Table)
                ResultText.Write(caller, format, results, SerialPortJson.Default.IReadOnlyListCheckResult);
            else
                Drawing.Write(caller, SerialPortTables.Checks(results));
            foreach (var next in results.Where(result => result.Result == "failed").Select(result => result.Next).OfType<string>().Distinct())
                caller.Error.WriteLine($"  next: {SafeText.Of(next)}");
            return results.Any(result => result.Result == "failed") ? ExitCode.Failed : ExitCode.Done;
        });
    }
}
