using System.CommandLine;
using System.Globalization;
using Portside.Output;
using Portside.SerialPorts;

namespace Portside.Commands;

/// <summary><c>portside port ls</c>: all network serial ports of an inventory.</summary>
internal sealed class PortLsCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public PortLsCommand(GlobalOptions global)
        : base("ls", "List the network serial ports of all machines, or of those named: state, direction and URIs; with -f how they differ from a file.")
    {
        var machines = new MachineArgument(isOptional: true);
        var vsphere = new VSphereArguments(global);
        var lost = new Option<bool>("--lost") { Description = "Only ports that should be connected and are not." };
        var file = new Option<string?>("--file", "-f") { Description = "A file as 'port apply' takes it: shows how each port differs from it.", HelpName = "FILE" };
        var exit = new ChangeExitOption("a port differs from the file of -f");
        Add(machines);
        Add(lost);
        Add(file);
        Add(exit);
        vsphere.AddTo(this);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            if (exit.IsGiven(arguments) && arguments.GetValue(file) is null)
                throw new CommandFailure(ExitCode.Usage, "--exit-code tells whether ports differ from a file, and none is given", "portside port ls -f FILE --exit-code");
            var selectors = await machines.ReadAsync(arguments, caller, cancellation);
            var wanted = arguments.GetValue(file) is { } path ? PortFile.Load(path, caller) : null;
            await using var session = await vsphere.ConnectAsync(arguments, cancellation);
            var inventory = await PortTargets.ReadAsync(session, vsphere.Datacenter(arguments), caller, cancellation);
            var meant = selectors.Count == 0 ? inventory.Machines : await PortTargets.FindAsync(inventory, selectors, session, cancellation);
            var ports = meant.SelectMany(machine => machine.Ports.Select(port => (Machine: machine, Port: port))).ToList();
            if (arguments.GetValue(lost))
                ports.RemoveAll(one => !one.Port.IsLost(one.Machine.PowerState));
            var rows = ports.Select(one => SerialPortDescription.Of(one.Machine, one.Port)).ToList();
            IReadOnlyList<MachineResult> drifted = [];
            if (wanted is not null)
            {
                using var target = await wanted.ConnectAsync(caller, cancellation);
                drifted = PortRun.Plan(await wanted.WishesAsync(inventory, session, target, cancellation));
                rows = Drifted(rows, drifted);
            }

            if (global.Format(arguments) is var format and not OutputFormat.Table)
                ResultText.WriteRows(caller, format, rows, SerialPortJson.Default.SerialPortDescription, SerialPortJson.Default.IReadOnlyListSerialPortDescription);
            else if (rows.Count > 0)
                SerialPortTables.Write(caller, rows, wanted is not null);
            if (wanted is not null)
                WriteMissing(caller, drifted);
            caller.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Count(rows.Count, "port")} of {Count(meant.Count, "machine")}, {Count(rows.Count(row => row.State is "lost" or "failed"), "lost", "lost")}; asked in {Count(session.Requests.Values.Sum(), "request")}"));
            return exit.Of(arguments, drifted.Any(one => one.IsFailure) ? ExitCode.Failed : ExitCode.Done, drifted.Any(one => one.Outcome == "would change"));
        });
    }

    /// <summary>Says of ports how they differ from what is wanted.</summary>
    /// <param name="rows">The ports.</param>
    /// <param name="planned">What would be done to machines.</param>
    /// <returns>The ports.</returns>
    internal static List<SerialPortDescription> Drifted(IReadOnlyList<SerialPortDescription> rows, IReadOnlyList<MachineResult> planned)
    {
        var changes = planned.Where(one => one.Outcome == "would change").ToDictionary(one => one.Moid, StringComparer.Ordinal);
        return [.. rows.Select(row => row with { Drift = [.. changes.GetValueOrDefault(row.Moid)?.Changes.Where(change => change.Key == row.Key).SelectMany(change => change.Differences) ?? []] })];
    }

    private static void WriteMissing(Caller caller, IReadOnlyList<MachineResult> drifted)
    {
        foreach (var one in drifted)
        {
            if (one.Error is not null)
                caller.Error.WriteLine(SafeText.Of($"{one.Path}: {one.Error}"));
            foreach (var change in one.Changes.Where(change => change.Operation == "add"))
                caller.Error.WriteLine(SafeText.Of($"{one.Path}: a port is missing: {change.Differences[0].Becomes}"));
        }
    }

    private static string Count(int number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many ?? one + "s")}");
}
