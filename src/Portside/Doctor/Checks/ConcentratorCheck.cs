namespace Portside.Doctor.Checks;

/// <summary>The concentrator's API answers, for what only it can know.</summary>
/// <param name="machine">The machine.</param>
internal sealed class ConcentratorCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "concentrator";

    /// <inheritdoc/>
    public override Task<Finding> RunAsync(CancellationToken cancellation) => Task.FromResult(
        machine.Server is { } server ? Finding.Ok($"{machine.Concentrator.Server.Authority} is Portside {server.Version} with {server.Links} machine connections")
        : machine.Connect is null ? Finding.Broken(machine.ServerSilence ?? "it does not answer", "portside serve; or name the concentrator with --server URL")
        : machine.Ports.Count > 0 && machine.Ports.All(port => port.Device is { ProxyUri: null }) ? Finding.Skipped("the ports have none")
        : Finding.Unknown($"{machine.ServerSilence ?? "it does not answer"}; name it with --server URL to see more"));
}
