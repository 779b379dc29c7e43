using Portside.Host.Proxies;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>Looks, before any port is configured, whether it could work.</summary>
/// <param name="session">Where.</param>
/// <param name="clock">For time-outs.</param>
internal sealed class PortChecks(VSphereSession session, TimeProvider clock)
{
    private readonly HostChecks _hosts = new(session);

    /// <summary>Checks what machines need.</summary>
    /// <param name="inventory">All hosts.</param>
    /// <param name="machines">The machines.</param>
    /// <param name="proxy">The proxy URI they are to have; null for those that their ports have.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Each thing once, whatever number of machines needs it.</returns>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(
        Inventory inventory, IReadOnlyList<InventoryMachine> machines, string? proxy, CancellationToken cancellation)
    {
        var results = new List<CheckResult>();
        foreach (var machine in machines.Where(machine => !machine.IsReadable))
            results.Add(new("machine", machine.Path, "failed", $"its configuration cannot be read{(machine.ConnectionState is null or "connected" ? "" : $": it is {machine.ConnectionState}")}", "give the account System.Read on it"));
        var pairs = machines.SelectMany(machine => HostChecks.HostsOf(inventory, machine).Select(host => (Host: host, Version: machine.HardwareVersion))).Distinct().ToList();
        if (pairs.Count == 0 && machines.Count > 0)
            results.Add(new("host", string.Join(", ", machines.Select(machine => machine.Path).Take(3)), "unknown", "no host is visible on which it can run", "give the account System.View on the hosts"));
        foreach (var (host, version) in pairs)
            results.Add(await AskAsync("option", host, () => OptionAsync(host, version, cancellation)));
        var isDirect = proxy is null && machines.SelectMany(machine => machine.Ports).Any(port => port.ProxyUri is null);
        foreach (var host in pairs.Select(pair => pair.Host).Distinct())
        {
            if (host.ConnectionState is not (null or "connected"))
                results.Add(new("host", host.Name, "failed", $"it is {host.ConnectionState}", "try again when vCenter shows it as connected"));
            results.Add(await AskAsync("firewall", host, () => FirewallAsync(host, isDirect, cancellation)));
            if (!isDirect)
                results.Add(await AskAsync("licence", host, () => LicenceAsync(host, cancellation)));
        }

        var proxies = proxy is not null ? [proxy] : machines.SelectMany(machine => machine.Ports).Select(port => port.ProxyUri).OfType<string>().Distinct().ToList();
        foreach (var one in proxies)
        {
            if (!ProxyUri.TryParse(one, out var uri, out var error))
                results.Add(new("uri", one, "failed", error.TrimEnd('.'), "portside port set MACHINE --to http://CONCENTRATOR:13371"));
            else
                results.AddRange(await ProxyProbe.AskAsync(uri, clock, cancellation));
        }

        return results;
    }

    private static async Task<CheckResult> AskAsync(string check, InventoryHost host, Func<Task<CheckResult>> ask)
    {
        try
        {
            return await ask();
        }
        catch (VSphereFaultException e)
        {
            // A right or a method that is missing is no sign of a fault of the ports.
            return new(check, host.Name, "unknown", e.Message, e.Next);
        }
    }

    private async Task<CheckResult> OptionAsync(InventoryHost host, string? version, CancellationToken cancellation)
    {
        var support = await _hosts.SupportAsync(host, version, cancellation);
        var where = version is null ? host.Name : $"{host.Name} {version}";
        return support.IsOffered switch
        {
            true => new("option", where, "ok", $"network backing offered, directions {string.Join(" and ", support.Directions)}"),
            false => new("option", where, "failed", support.Detail, "raise the machine's hardware version, or keep it on hosts that offer it"),
            null => new("option", where, "unknown", support.Detail),
        };
    }

    private async Task<CheckResult> FirewallAsync(InventoryHost host, bool isDirect, CancellationToken cancellation)
    {
        var firewall = await _hosts.FirewallAsync(host, cancellation);
        var (ruleset, isOn) = isDirect ? (HostFirewall.DirectRuleset, firewall.Direct) : (HostFirewall.ProxiedRuleset, firewall.Proxied);
        return isOn switch
        {
            true when firewall.Restricted.Count > 0 && !isDirect => new("firewall", host.Name, "ok", $"rule set {ruleset} is on, for {string.Join(", ", firewall.Restricted)} only"),
            true => new("firewall", host.Name, "ok", $"rule set {ruleset} is on"),
            false => new(
                "firewall", host.Name, "failed", $"rule set {ruleset} is off",
                $"on the host: esxcli network firewall ruleset set --ruleset-id {ruleset} --enabled true"),
            null => new("firewall", host.Name, "unknown", $"the host does not say whether rule set {ruleset} is on"),
        };
    }

    private async Task<CheckResult> LicenceAsync(InventoryHost host, CancellationToken cancellation)
    {
        var (carries, name) = await _hosts.LicenceAsync(host, cancellation);
        return carries switch
        {
            true => new("licence", host.Name, "ok", $"{name} carries the serial port concentrator"),
            false => new("licence", host.Name, "failed", $"{name} does not carry the serial port concentrator", "give the host a licence with the feature (vSphere Enterprise Plus has it), or use ports without a concentrator"),
            null => new("licence", host.Name, "unknown", name),
        };
    }
}
