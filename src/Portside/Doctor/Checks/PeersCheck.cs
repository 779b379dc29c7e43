using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Doctor.Checks;

/// <summary>Nobody dials a port that is not for them, and no machine is turned away again and again.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class PeersCheck(ConcentratorCase concentrator) : DoctorCheck
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override string Name => "peers";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation) =>
        Decide(await concentrator.Api.GetRejectedAsync(cancellation), concentrator.Server!, concentrator.Clock.GetUtcNow());

    internal static Finding Decide(IReadOnlyList<RejectedDescription> rejected, ServerDescription server, DateTimeOffset now)
    {
        var lately = rejected.Where(one => now - one.At < Lately).ToList();
        if (lately.FirstOrDefault(one => one.Reason == "console-port") is { } machine)
        {
            return Finding.Broken(
                $"a machine at {machine.Source} dials a port for people ({machine.Count} times, last {Age.Of(machine.At, now)} ago); machines belong to {string.Join(", ", server.VmAddresses)}, and portside port ensure MACHINE leads one there",
                "portside port ls");
        }

        // Somebody who tries the port by hand is no trouble, and a doctor that looks at it none either.
        var machines = lately.Where(one => one.Reason != "not-a-machine").ToList();
        return machines.Count == 0
            ? Finding.Ok("no machine was turned away within the hour")
            : Finding.Broken(
                $"{machines.Count} kinds of connections were turned away within the hour, the latest from {machines[0].Source}{(machines[0].ServiceUri is null ? "" : $" with '{machines[0].ServiceUri}'")}: {machines[0].Detail.TrimEnd('.')}",
                "portside ls");
    }
}
