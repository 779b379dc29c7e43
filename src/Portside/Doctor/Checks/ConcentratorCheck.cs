using Portside.Api.Contracts;

namespace Portside.Doctor.Checks;

/// <summary>The concentrator's API answers, for what only it can know of a machine; <see cref="ApiCheck"/> is the same for the concentrator by itself.</summary>
/// <param name="machine">The machine.</param>
internal sealed class ConcentratorCheck(MachineCase machine) : DoctorCheck
{
    /// <summary>What repairs a concentrator that does not answer.</summary>
    public const string Repair = "portside serve";

    /// <inheritdoc/>
    public override string Name => "concentrator";

    /// <summary>What is said of one that answers.</summary>
    /// <param name="api">Where it answers.</param>
    /// <param name="server">How it describes itself.</param>
    public static Finding Answers(Uri api, ServerDescription server) =>
        Finding.Ok($"{api.Authority} is Portside {server.Version} with {server.Links} machine connections, {server.Ports} ports and {server.Clients} people");

    /// <inheritdoc/>
    public override Task<Finding> RunAsync(CancellationToken cancellation) => Task.FromResult(
        machine.Server is { } server ? Answers(machine.Concentrator.Server, server)
        : machine.Connect is null ? Finding.Broken($"{machine.ServerSilence ?? "it does not answer"}; another one is named with --server URL", Repair)
        : machine.Ports.Count > 0 && machine.Ports.All(port => port.Device is { ProxyUri: null }) ? Finding.Skipped("the ports have none")
        : Finding.Unknown($"{machine.ServerSilence ?? "it does not answer"}; name it with --server URL to see more"));
}
