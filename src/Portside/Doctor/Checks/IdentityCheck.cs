using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Doctor.Checks;

/// <summary>No connection is in quarantine, and whoever guards identities can do so.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class IdentityCheck(ConcentratorCase concentrator) : DoctorCheck
{
    /// <summary>Who is let in is a person's choice: the command shows who there is.</summary>
    public const string Repair = "portside quarantine ls";

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
                $"{Number.Of(quarantined.Count, "connection")} {(quarantined.Count == 1 ? "is" : "are")} quarantined, the first, {first.Id}, for {Age.Of(first.Since, now)}: {first.Source} claims {first.Name ?? first.Uuid}: {first.Detail}; {Choice(first.Id)}",
                Repair);
        }

        return server.VSphere is { State: "following" } vsphere
            ? Following(held, vsphere, server, now)
            : Finding.Broken(
                $"vsphere.guard is {server.Guard}, and vSphere is {server.VSphere?.State ?? "not followed"}{(server.VSphere?.Detail is { } detail ? $" ({detail.TrimEnd('.')})" : "")}: machines that are new or moved are served unverified",
                server.VSphere is { State: "refused", Next: { } next } ? next
                : server.VSphere is { } followed ? $"portside port ls --vcenter {ShellWord.Of(followed.Url)}{(followed.User is { } user ? $" --user {ShellWord.Of(user)}" : "")}" : "portside config check");
    }

    private static Finding Following(IReadOnlyList<QuarantinedDescription> waiting, VSphereDescription vsphere, ServerDescription server, DateTimeOffset now)
    {
        var told = $"vsphere.guard is {server.Guard}, {Number.Of(vsphere.Machines, "machine")} {(vsphere.Machines == 1 ? "is" : "are")} known, nobody is quarantined";
        return Finding.Ok(waiting.Count == 0
            ? told
            : $"{told}; {Number.Of(waiting.Count, "connection")} {(waiting.Count == 1 ? "waits" : "wait")} for vSphere to agree, vsphere.guardWait at most, the first, {waiting[0].Id}, for {Age.Of(waiting[0].Since, now)}");
    }

    /// <summary>What is to be thought of before a connection is let in.</summary>
    /// <param name="id">The connection.</param>
    internal static string Choice(string id) =>
        $"whether it is the machine all the same is for a person to say: 'portside quarantine admit {id}' lets it in, 'portside quarantine drop {id}' closes it";
}
