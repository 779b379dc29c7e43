using Portside.VSphere.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The machine's host offers network serial ports for its hardware version.</summary>
/// <param name="machine">The machine.</param>
internal sealed class OptionCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "option";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        if (machine is not { Machine: { } found, Hosts: { } checks, Inventory: { } inventory })
            return Finding.Skipped("vSphere is left out");
        var hosts = HostChecks.HostsOf(inventory, found);
        var answers = new List<HostSupport>();
        foreach (var host in hosts)
            answers.Add(await checks.SupportAsync(host, found.HardwareVersion, cancellation));
        return Decide(answers, found, [.. machine.Ports.Select(port => port.Device?.Direction).OfType<string>().Distinct()], machine.Word);
    }

    /// <summary>Decides by the answers, the machine's own host first.</summary>
    internal static Finding Decide(IReadOnlyList<HostSupport> answers, InventoryMachine found, IReadOnlyList<string> directions, string word)
    {
        if (answers.Count == 0)
            return Finding.Unknown("the account does not see the machine's host");
        var own = answers[0];
        var wanted = directions.Where(direction => own.IsOffered == true && own.Directions.Count > 0 && !own.Directions.Contains(direction)).ToList();
        if (own.IsOffered == false || wanted.Count > 0)
        {
            var elsewhere = answers.FirstOrDefault(one => one.IsOffered == true && directions.All(one.Directions.Contains));
            return Finding.Broken(
                $"{own.Host.Name} does not offer {(wanted.Count > 0 ? $"direction {string.Join(", ", wanted)}" : "network serial ports")}: {own.Detail}",
                elsewhere is null ? $"govc vm.upgrade -vm {word}, while it is off; or move it to hosts that offer them" : $"govc vm.migrate -host {elsewhere.Host.Name} {word}");
        }

        var without = answers.Where(one => one.IsOffered == false).Select(one => one.Host.Name).ToList();
        return own.IsOffered is null
            ? Finding.Unknown($"{own.Host.Name}: {own.Detail}")
            : Finding.Ok($"{own.Host.Name} offers it for {found.HardwareVersion ?? "its hardware"}" + (without.Count == 0 ? "" : $", but not {string.Join(", ", without)}: it cannot move there"));
    }
}
