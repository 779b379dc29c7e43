using Portside.VSphere.Client;
using Portside.VSphere.Schema;

namespace Portside.Doctor.Checks;

/// <summary>The clocks of concentrator, vSphere and this computer agree, so that times in logs mean something.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class ClockCheck(ConcentratorCase concentrator) : DoctorCheck
{
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override string Name => "clock";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        // Asked once more: what was told at the beginning is seconds old.
        var server = await concentrator.Api.GetServerAsync(cancellation);
        var here = concentrator.Clock.GetUtcNow();
        if (server.Time is not { } there)
            return Finding.Unknown("the concentrator does not say what time it is");
        if (concentrator.Connect is null)
            return Decide(there, [("this computer", here)]);
        try
        {
            await using var session = await concentrator.Connect(cancellation);
            var vsphere = await session.CallAsync("CurrentTime", new("ServiceInstance", "ServiceInstance"), [], VimKinds.DateTime, cancellation);
            return Decide(there + (concentrator.Clock.GetUtcNow() - here), [("vSphere", vsphere), ("this computer", concentrator.Clock.GetUtcNow())]);
        }
        catch (VSphereException e)
        {
            var finding = Decide(there, [("this computer", here)]);
            return finding with { Evidence = $"{finding.Evidence}; vSphere's is not known: {e.Message}" };
        }
    }

    internal static Finding Decide(DateTimeOffset there, IReadOnlyList<(string Whose, DateTimeOffset Time)> others)
    {
        foreach (var (whose, time) in others)
        {
            if ((there - time).Duration() > Tolerated)
                return Finding.Broken($"the concentrator's clock is {(there - time).Duration().TotalSeconds:0} s {(there > time ? "ahead of" : "behind")} that of {whose}; whichever is wrong is to follow a time server", "timedatectl set-ntp true");
        }

        return Finding.Ok($"within {Tolerated.TotalSeconds:0} s of {string.Join(" and ", others.Select(other => other.Whose))}");
    }
}
