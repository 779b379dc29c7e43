using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Doctor.Checks;

/// <summary>No connection is in quarantine, and whoever guards identities can do so.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class IdentityCheck(ConcentratorCase concentrator) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "identity";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation) => concentrator.Server!.Guard is null or "off"
        ? Finding.Skipped("machines are believed what they say of themselves (vsphere.guard is off)")
        : Decide(await concentrator.Api.GetQuarantinedAsync(cancellation), concentrator.Server!, concentrator.Clock.GetUtcNow());

    internal static Finding Decide(IReadOnlyList<QuarantinedDescription> held, ServerDescription server, DateTimeOffset now)
    {
        var quarantined = held.Where(one => one.State == "quarantined").ToList();
        if (quarantined.Count > 0)
        {
            var first = quarantined[0];
            return Finding.Broken(
                $"{quarantined.Count} connections are quarantined, the first, {first.Id}, for {Age.Of(first.Since, now)}: {first.Source} claims {first.Name ?? first.Uuid}: {first.Detail}; it is to be let in only if it is the machine all the same",
                $"portside quarantine admit {first.Id}");
        }

        return server.VSphere is { State: "following" } vsphere
            ? Finding.Ok($"vsphere.guard is {server.Guard}, {vsphere.Machines} machines are known, nobody is quarantined")
            : Finding.Broken(
                $"vsphere.guard is {server.Guard}, and vSphere is {server.VSphere?.State ?? "not followed"}{(server.VSphere?.Detail is { } detail ? $" ({detail.TrimEnd('.')})" : "")}: machines that are new or moved are served unverified",
                server.VSphere is { } followed ? $"portside port ls --vcenter {ShellWord.Of(followed.Url)}{(followed.User is { } user ? $" --user {ShellWord.Of(user)}" : "")}" : "portside config check");
    }
}
