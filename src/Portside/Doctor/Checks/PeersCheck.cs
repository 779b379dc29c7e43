using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Doctor.Checks;

/// <summary>Nobody dials a port that is not for them, and no machine is turned away again and again.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class PeersCheck(ConcentratorCase concentrator) : DoctorCheck
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    // A host that is turned away dials again and again; what it has not done for so long it does no more.
    private static readonly TimeSpan Still = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public override string Name => "peers";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        var rejected = await concentrator.Api.GetRejectedAsync(cancellation);
        var now = concentrator.Clock.GetUtcNow();
        var ports = rejected.Any(one => now - one.At < Still) ? await concentrator.Api.GetPortsAsync(cancellation) : [];
        return Decide(rejected, ports, concentrator.Server!, now);
    }

    internal static Finding Decide(IReadOnlyList<RejectedDescription> rejected, IReadOnlyList<PortDescription> ports, ServerDescription server, DateTimeOffset now)
    {
        // Somebody who tries the port by hand is no trouble, and a doctor that looks at it none either.
        var lately = rejected.Where(one => now - one.At < Lately && one.Reason != "not-a-machine").ToList();
        if (lately.Count == 0)
            return Finding.Ok("no machine was turned away within the hour");
        var accepted = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var port in ports)
        {
            if (port is { ConnectedSince: { } since, Source: { } source } && RejectionMatch.AddressOf(source) is { } address && (!accepted.TryGetValue(address, out var known) || known < since))
                accepted[address] = since;
        }

        // One of the address that is still wrong would dial again, and be the later one once more.
        var still = lately.Where(one => now - one.At < Still && !(accepted.TryGetValue(one.Source, out var since) && since > one.At)).ToList();
        if (still.FirstOrDefault(one => one.Reason == "console-port") is { } machine)
        {
            return Finding.Broken(
                $"a machine at {machine.Source} dials a port for people ({Number.Times(machine.Count)}, last {Age.Ago(machine.At, now)}); machines belong to {string.Join(", ", server.VmAddresses)}, and portside port ensure MACHINE leads one there",
                "portside port ls");
        }

        var (latest, count) = still.Count > 0 ? (still[0], still.Count) : (lately[0], lately.Count);
        var story = $"{count} {(count == 1 ? "kind" : "kinds")} of connections {(count == 1 ? "was" : "were")} turned away within the hour, the latest {Age.Ago(latest.At, now)} from {latest.Source}{(latest.ServiceUri is null ? "" : $" with '{latest.ServiceUri}'")}: {latest.Detail.TrimEnd('.')}";
        return still.Count > 0
            ? Finding.Broken(story, "portside ls")
            : Finding.Ok($"{story}; {(now - latest.At < Still ? "its address has been accepted since" : "none since then")}");
    }
}
