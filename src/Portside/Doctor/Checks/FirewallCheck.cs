using System.Net;
using System.Net.Sockets;
using Portside.Host.Proxies;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The firewall of every host that the machine may move to lets the port out.</summary>
/// <param name="machine">The machine.</param>
internal sealed class FirewallCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "firewall";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        if (machine is not { Machine: { } found, Hosts: { } checks, Inventory: { } inventory })
            return Finding.Skipped("vSphere is left out");
        var firewalls = new List<(string, HostFirewall?)>();
        foreach (var host in HostChecks.HostsOf(inventory, found))
        {
            try
            {
                firewalls.Add((host.Name, await checks.FirewallAsync(host, cancellation)));
            }
            catch (VSphereException)
            {
                firewalls.Add((host.Name, null));
            }
        }

        var addresses = new List<IPAddress>();
        foreach (var port in machine.Ports)
        {
            if (ProxyUri.TryParse(port.Device?.ProxyUri, out var proxy, out _))
                addresses.AddRange(await ResolveAsync(proxy.Host, cancellation));
        }

        return Decide(
            firewalls,
            machine.Ports.Any(port => port.Device?.ProxyUri is not null),
            machine.Ports.Any(port => port.Device is { ProxyUri: null }),
            addresses);
    }

    /// <summary>Decides by the rule sets.</summary>
    /// <param name="firewalls">Hosts, and what their firewalls let out; null where that is not known.</param>
    /// <param name="usesProxy">Whether a port has a concentrator.</param>
    /// <param name="usesNone">Whether a port has none.</param>
    /// <param name="addresses">Where concentrators are.</param>
    internal static Finding Decide(IReadOnlyList<(string Host, HostFirewall? Firewall)> firewalls, bool usesProxy, bool usesNone, IReadOnlyList<IPAddress> addresses)
    {
        if (usesProxy && Closed(HostFirewall.ProxiedRuleset, firewall => firewall.Proxied) is { } closed)
            return closed;
        if (usesNone && Closed(HostFirewall.DirectRuleset, firewall => firewall.Direct) is { } direct)
            return direct;
        foreach (var (host, firewall) in firewalls)
        {
            if (usesProxy && firewall is { Restricted.Count: > 0 } && addresses.Count > 0 && !addresses.Any(address => Holds(firewall.Restricted, address)))
            {
                return Finding.Broken(
                    $"the rule set {HostFirewall.ProxiedRuleset} of {host} lets nothing out but to {string.Join(", ", firewall.Restricted)}, and the concentrator is at {addresses[0]}",
                    $"{Esxcli(host)} ruleset allowedip add -r {HostFirewall.ProxiedRuleset} -i {addresses[0]}");
            }
        }

        var names = string.Join(" and ", Rulesets(usesProxy, usesNone));
        var silent = firewalls.Where(one => one.Firewall is null || (usesProxy && one.Firewall.Proxied is null) || (usesNone && one.Firewall.Direct is null)).Select(one => one.Host).ToList();
        return firewalls.Count == 0 ? Finding.Unknown("the account does not see the machine's host")
            : silent.Count > 0 ? Finding.Unknown($"{string.Join(", ", silent)} would not say whether {names} is on")
            : Finding.Ok($"{names} is on at {string.Join(", ", firewalls.Select(one => one.Host))}");

        Finding? Closed(string ruleset, Func<HostFirewall, bool?> isOn)
        {
            var hosts = firewalls.Where(one => one.Firewall is not null && isOn(one.Firewall) == false).Select(one => one.Host).ToList();
            if (hosts.Count == 0)
                return null;
            var set = $"ruleset set -r {ruleset} -e true";
            return Finding.Broken(
                $"the rule set {ruleset} is off on {string.Join(", ", hosts)}{(hosts.Count < firewalls.Count ? ": a machine that moves there loses its console" : "")}",
                hosts.Count == 1 ? $"{Esxcli(hosts[0])} {set}" : $"for h in {string.Join(' ', hosts)}; do {Esxcli("$h")} {set}; done");
        }
    }

    /// <summary>Whether an address is in a list of addresses and networks.</summary>
    internal static bool Holds(IReadOnlyList<string> list, IPAddress address) => list.Any(text =>
        IPNetwork.TryParse(text, out var network) ? network.Contains(address) : IPAddress.TryParse(text, out var one) && one.Equals(address));

    private static IEnumerable<string> Rulesets(bool usesProxy, bool usesNone)
    {
        if (usesProxy)
            yield return HostFirewall.ProxiedRuleset;
        if (usesNone)
            yield return HostFirewall.DirectRuleset;
    }

    private static string Esxcli(string host) => $"govc host.esxcli -host {host} -- network firewall";

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
