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
            return ConcentratorCheck.Answers(concentrator.Api.Server, server);
        }
        catch (ApiException e)
        {
            return Finding.Broken($"{e.Message.TrimEnd('.')}; another one is named with --server URL", ConcentratorCheck.Repair);
        }
    }
}
