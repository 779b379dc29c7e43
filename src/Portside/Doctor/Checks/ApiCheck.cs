using Portside.Api.Remote;

namespace Portside.Doctor.Checks;

/// <summary>The concentrator's API answers.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class ApiCheck(ConcentratorCase concentrator) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "concentrator";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        try
        {
            var server = concentrator.Server = await concentrator.Api.GetServerAsync(cancellation);
            return Finding.Ok($"{concentrator.Api.Server.Authority} is Portside {server.Version} with {server.Links} machine connections, {server.Ports} ports and {server.Clients} people");
        }
        catch (ApiException e)
        {
            return Finding.Broken(e.Message, "portside serve; or name the concentrator with --server URL");
        }
    }
}
