using Portside.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The firewall of every host that the machine may move to lets the port out.</summary>
/// <param name="machine">The machine.</param>
internal sealed class FirewallCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "firewall";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        if (await HostFindings.AskAsync(machine, (checks, host) => checks.FirewallAsync(host, cancellation)) is not { } answers)
            return Finding.Skipped("vSphere is left out");
        var proxies = await new ProxyPlaces().FindAsync(machine.Ports.Select(port => port.Device?.ProxyUri), cancellation);
        var usesNone = machine.Ports.Any(port => port.Device is { ProxyUri: null });
        return Decide([.. answers.SelectMany(answer => HostVerdicts.Firewall(answer, proxies, usesNone))]);
    }

    /// <summary>Decides by verdicts on the hosts.</summary>
    internal static Finding Decide(IReadOnlyList<HostVerdict> verdicts) => HostFindings.Of(verdicts, "a machine that moves there loses its console");
}
