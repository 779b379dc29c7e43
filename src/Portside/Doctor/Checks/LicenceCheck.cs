using Portside.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The hosts' licences carry the feature that concentrators need.</summary>
/// <param name="machine">The machine.</param>
internal sealed class LicenceCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "licence";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation) =>
        machine.Machine is not null && machine.Ports.All(port => port.Device?.ProxyUri is null) ? Finding.Skipped("only a port with a concentrator needs one")
        : await HostFindings.AskAsync(machine, (checks, host) => checks.LicenceAsync(host, cancellation)) is { } answers ? HostFindings.Of([.. answers.Select(HostVerdicts.Licence)])
        : Finding.Skipped("vSphere is left out");
}
