using Portside.VSphere.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The hosts' licences carry the feature that concentrators need.</summary>
/// <param name="machine">The machine.</param>
internal sealed class LicenceCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "licence";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        if (machine is not { Machine: { } found, Hosts: { } checks, Inventory: { } inventory })
            return Finding.Skipped("vSphere is left out");
        if (machine.Ports.All(port => port.Device?.ProxyUri is null))
            return Finding.Skipped("only a port with a concentrator needs one");
        var answers = new List<(string, bool?, string)>();
        foreach (var host in HostChecks.HostsOf(inventory, found))
        {
            var (carries, name) = await checks.LicenceAsync(host, cancellation);
            answers.Add((host.Name, carries, name));
        }

        return Decide(answers);
    }

    internal static Finding Decide(IReadOnlyList<(string Host, bool? Carries, string Name)> answers)
    {
        if (answers.FirstOrDefault(one => one.Carries == false) is ({ } host, _, { } name))
        {
            return Finding.Broken(
                $"the licence of {host} ({name}) lacks the feature 'Remote virtual Serial Port Concentrator'",
                $"govc license.assign -host {host} LICENCE-KEY, with a licence such as vSphere Enterprise Plus");
        }

        return answers.Count == 0 || answers.All(one => one.Carries is null)
            ? Finding.Unknown(answers.Count == 0 ? "the account does not see the machine's host" : answers[0].Name)
            : Finding.Ok(string.Join(", ", answers.Select(one => one.Name).Distinct()));
    }
}
