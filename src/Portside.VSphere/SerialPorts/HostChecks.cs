using System.Collections.Concurrent;
using Portside.VSphere.Client;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.SerialPorts;

/// <summary>Asks hosts what a network serial port needs of them. Each call asks; only which object answers for a cluster is kept.</summary>
/// <param name="session">Where.</param>
public sealed class HostChecks(VSphereSession session)
{
    private readonly ConcurrentDictionary<ManagedObjectReference, Lazy<Task<ManagedObjectReference?>>> _browsers = new();

    /// <summary>The hosts a machine can run on: its own, and those of the same cluster.</summary>
    /// <param name="inventory">The inventory.</param>
    /// <param name="machine">The machine.</param>
    /// <returns>Its own first.</returns>
    public static IReadOnlyList<InventoryHost> HostsOf(Inventory inventory, InventoryMachine machine)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        ArgumentNullException.ThrowIfNull(machine);
        var own = inventory.Hosts.FirstOrDefault(host => host.Reference == machine.Host);
        return own is null
            ? []
            : [own, .. inventory.Hosts.Where(host => host != own && host.Parent is not null && host.Parent == own.Parent)];
    }

    /// <summary>Whether a host offers the option (<c>QueryConfigOption</c>).</summary>
    /// <param name="host">The host.</param>
    /// <param name="version">The machine's hardware version; null for the host's newest.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What it offers.</returns>
    /// <exception cref="VSphereException">It could not be asked.</exception>
    public async Task<HostSupport> SupportAsync(InventoryHost host, string? version, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(host);
        var browser = host.Parent is null ? null : await _browsers.GetOrAdd(host.Parent, parent => new(() => BrowserAsync(parent, cancellation))).Value.ConfigureAwait(false);
        if (browser is null)
            return new(host, null, [], "the cluster says nothing of what its hosts offer");
        var option = await session.CallAsync(
            "QueryConfigOption",
            browser,
            [("key", version is null ? null : VimValue.Of(version)), ("host", VimValue.Of(host.Reference))],
            VimKinds.Object<VirtualMachineConfigOption>(),
            cancellation).ConfigureAwait(false);
        var devices = option?.HardwareOptions?.VirtualDeviceOption ?? [];
        if (devices.Count == 0)
            return new(host, null, [], "the server says nothing of the devices it offers");
        var backings = devices.OfType<VirtualSerialPortOption>().SelectMany(port => port.BackingOption).OfType<VirtualDeviceURIBackingOption>().ToList();
        return backings.Count == 0
            ? new(host, false, [], $"serial ports of {version ?? "its newest hardware"} take no network backing there")
            : new(host, true, [.. backings.SelectMany(backing => backing.Directions?.ChoiceInfo ?? []).Select(choice => choice.Key).Distinct()], "offered");
    }

    /// <summary>How a host's firewall stands to connections of serial ports.</summary>
    /// <param name="host">The host.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What it lets out.</returns>
    /// <exception cref="VSphereException">It could not be asked.</exception>
    public async Task<HostFirewall> FirewallAsync(InventoryHost host, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(host);
        var read = await session.ReadAsync(host.Reference, ["configManager.firewallSystem", "config.firewall"], cancellation).ConfigureAwait(false);
        var info = read.Value<HostFirewallInfo>("config.firewall");
        if (info is null && read.Reference("configManager.firewallSystem") is { } system)
            info = (await session.ReadAsync(system, ["firewallInfo"], cancellation).ConfigureAwait(false)).Value<HostFirewallInfo>("firewallInfo");
        return HostFirewall.Of(info);
    }

    /// <summary>Whether a host's licence carries the feature that concentrators need.</summary>
    /// <param name="host">The host.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What the server says of it.</returns>
    /// <exception cref="VSphereException">It could not be asked.</exception>
    public async Task<HostLicence> LicenceAsync(InventoryHost host, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (session.Content.LicenseManager is not { } manager)
            return new(null, "the server says nothing of licences");
        var read = await session.ReadAsync(manager, session.IsVirtualCenter ? ["licenseAssignmentManager"] : ["licenses"], cancellation).ConfigureAwait(false);
        var licences = read.Items<LicenseManagerLicenseInfo>("licenses").ToList();
        if (read.Reference("licenseAssignmentManager") is { } assignments)
        {
            var returned = await session.CallAsync("QueryAssignedLicenses", assignments, [("entityId", VimValue.Of(host.Reference.Value))], cancellation).ConfigureAwait(false);
            licences = [.. returned.Select(VimKinds.Object<LicenseAssignmentManagerLicenseAssignment>().Read).Select(assignment => assignment.AssignedLicense).Where(licence => licence is not null)];
        }

        if (licences.Count == 0)
            return new(null, "the server names no licence of this host");
        var features = licences.SelectMany(licence => licence.Properties).Where(property => property.Key == "feature").Select(property => property.Value.Value).OfType<KeyValue>().ToList();
        var names = string.Join(", ", licences.Select(licence => licence.Name).Distinct());

        // An evaluation names no features and has them all.
        return features.Count == 0
            ? new(null, $"{names}, whose features are not listed")
            : new(features.Any(feature => feature.Value.Contains("oncentrator", StringComparison.Ordinal) || feature.Key.Contains("oncentrator", StringComparison.Ordinal)), names);
    }

    private async Task<ManagedObjectReference?> BrowserAsync(ManagedObjectReference cluster, CancellationToken cancellation) =>
        (await session.ReadAsync(cluster, ["environmentBrowser"], cancellation).ConfigureAwait(false)).Reference("environmentBrowser");
}
