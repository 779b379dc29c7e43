using Portside.Api.Contracts;
using Portside.Output;

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
        Finding.Ok($"{api.Authority} is Portside {server.Version} with {Number.Of(server.Links, "machine connection")}, {Number.Of(server.Ports, "port")} and {(server.Clients == 1 ? "1 person" : $"{server.Clients} people")}");

    /// <inheritdoc/>
    public override Task<Finding> RunAsync(CancellationToken cancellation) => Task.FromResult(
        machine.Server is { } server ? Answers(machine.Concentrator.Server, server)
        : machine.Connect is null ? Finding.Broken($"{machine.ServerSilence ?? "it does not answer"}; another one is named with --server URL", Repair)
        : machine.Ports.Count > 0 && machine.Ports.All(port => port.Device is { ProxyUri: null }) ? Finding.Skipped("the ports have none")
        : machine.IsServerNamed ? Finding.Broken($"{machine.ServerSilence ?? "it does not answer"}; where it is another one, name that with --server URL", Repair)
        : Finding.Unknown($"{machine.ServerSilence ?? "it does not answer"}; name it with --server URL to see more"));
}
