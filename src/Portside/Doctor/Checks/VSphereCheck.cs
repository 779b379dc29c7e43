using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Doctor.Checks;

/// <summary>The vSphere that the concentrator follows lets it in, shows it machines, and knows those that are connected.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class VSphereCheck(ConcentratorCase concentrator) : DoctorCheck
{
    private const int Shown = 3;

    /// <inheritdoc/>
    public override string Name => "vsphere";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation) =>
        Decide((await concentrator.Api.GetServerAsync(cancellation)).VSphere, await concentrator.Api.GetPortsAsync(cancellation), concentrator.Clock.GetUtcNow());

    internal static Finding Decide(VSphereDescription? vsphere, IReadOnlyList<PortDescription> ports, DateTimeOffset now)
    {
        if (vsphere is null)
            return Finding.Skipped("none is followed: vsphere.url names one, and ports are shown with inventory path, power state and host then");
        var (url, age) = (vsphere.Url, Age.Of(vsphere.Since, now));
        if (vsphere.State == "connecting")
            return Finding.Unknown($"{url} is being connected since {age}");
        if (vsphere.State != "following")
        {
            return Finding.Broken(
                $"{url} is {vsphere.State} since {age}: {vsphere.Detail?.TrimEnd('.')}{(vsphere.State == "refused" ? "; it is not tried again by itself, as accounts lock" : "")}",
                vsphere.Next ?? "mend vsphere.* in the configuration, then: systemctl reload portside");
        }

        var rights = $"govc permissions.set -principal {ShellWord.Of(vsphere.User ?? "USER")} -role ReadOnly -propagate=true /";
        if (vsphere.Machines == 0)
            return Finding.Broken($"{url} is followed and shows not one machine: its account, {vsphere.User}, may see none", rights);
        if (vsphere.Unreadable == vsphere.Machines)
            return Finding.Broken($"{url} shows {vsphere.Machines} machines and the configuration of none: its account, {vsphere.User}, may not read them", rights);

        var linked = ports.Where(port => port.State != "disconnected").ToList();
        var strangers = linked.Where(port => port.InventoryPath is null).ToList();
        var told = $"{url} is followed since {age}, with {Number.Of(vsphere.Machines, "machine")}, last heard of {Age.Of(vsphere.Heard, now)} ago"
            + (vsphere.Unreadable > 0 ? $"; the configuration of {vsphere.Unreadable} cannot be read" : "");
        if (strangers.Count == 0)
            return Finding.Ok($"{told}; {(linked.Count == 0 ? "no machine is connected" : $"it knows {(linked.Count == 1 ? "the connected machine" : $"all {linked.Count} connected machines")}")}");
        var names = string.Join(", ", strangers.Take(Shown).Select(port => port.Name ?? port.Uuid)) + (strangers.Count > Shown ? ", …" : "");

        // Some may be another vCenter's; all of them hardly.
        return strangers.Count < linked.Count
            ? Finding.Unknown($"{told}; {strangers.Count} of {Number.Of(linked.Count, "connected machine")} are not among them ({names}): another vSphere's, or where its account may not look")
            : Finding.Broken($"{told}; it knows not one of {Number.Of(linked.Count, "connected machine")} ({names}): they are another vSphere's, or where its account, {vsphere.User}, may not look", rights);
    }
}
