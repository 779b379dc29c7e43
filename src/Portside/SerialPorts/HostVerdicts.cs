using System.Net;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>Decides whether hosts are as network serial ports need them.</summary>
internal static class HostVerdicts
{
    /// <summary>The feature of a licence, as vSphere names it.</summary>
    public const string Feature = "Remote virtual Serial Port Concentrator";

    /// <summary>Whether a host offers network serial ports.</summary>
    /// <param name="answer">What it said.</param>
    /// <param name="version">The machine's hardware version; null for the host's newest.</param>
    /// <param name="directions">Directions that ports have, or are to have.</param>
    /// <param name="machine">The machine as a word of a command line.</param>
    public static HostVerdict Option(HostAnswer<HostSupport> answer, string? version, IReadOnlyCollection<string> directions, string machine)
    {
        if (answer.Answer is not { } support)
            return Silent("option", answer);
        var lacking = directions.Where(direction => support.IsOffered == true && support.Directions.Count > 0 && !support.Directions.Contains(direction)).ToList();
        return new(
            "option",
            answer.Host.Name,
            lacking.Count > 0 ? false : support.IsOffered,
            support.IsOffered == true ? $"network serial ports are offered for {version ?? "its newest hardware"}, directions {string.Join(" and ", support.Directions)}{(lacking.Count > 0 ? $", and not {string.Join(", ", lacking)}" : "")}" : support.Detail,
            _ => $"govc vm.upgrade -vm {machine}");
    }

    /// <summary>Whether a host's licence carries what concentrators need.</summary>
    /// <param name="answer">What was said of it.</param>
    public static HostVerdict Licence(HostAnswer<HostLicence> answer) => answer.Answer is not { } licence
        ? Silent("licence", answer)
        : new(
            "licence",
            answer.Host.Name,
            licence.Carries,
            licence.Carries switch
            {
                true => $"{licence.Name} carries the serial port concentrator",
                false => $"{licence.Name} lacks the feature '{Feature}', which vSphere Enterprise Plus has",
                null => licence.Name,
            },
            host => $"govc license.assign -host {host} LICENCE-KEY");

    /// <summary>Whether a host's firewall lets ports out.</summary>
    /// <param name="answer">What it said.</param>
    /// <param name="proxies">Concentrators that ports have or are to have, none where ports have none.</param>
    /// <param name="usesNone">Whether a port has no concentrator.</param>
    /// <returns>A verdict of each rule set that matters.</returns>
    public static IEnumerable<HostVerdict> Firewall(HostAnswer<HostFirewall> answer, IReadOnlyCollection<ProxyPlace> proxies, bool usesNone)
    {
        if (answer.Answer is not { } firewall)
        {
            yield return Silent("firewall", answer);
            yield break;
        }

        if (proxies.Count > 0)
            yield return firewall is { Proxied: true, Restricted.Count: > 0 } ? Restricted(answer.Host.Name, firewall.Restricted, proxies) : RuleSet(answer.Host.Name, HostFirewall.ProxiedRuleset, firewall.Proxied);
        if (usesNone)
            yield return RuleSet(answer.Host.Name, HostFirewall.DirectRuleset, firewall.Direct);
    }

    /// <summary>Whether an address is in a list of addresses and networks.</summary>
    internal static bool Holds(IReadOnlyList<string> list, IPAddress address) => list.Any(text =>
        IPNetwork.TryParse(text, out var network) ? network.Contains(address) : IPAddress.TryParse(text, out var one) && one.Equals(address));

    private static HostVerdict RuleSet(string host, string ruleset, bool? isOn) => new(
        "firewall",
        host,
        isOn,
        isOn switch
        {
            true => $"rule set {ruleset} is on",
            false => $"rule set {ruleset} is off",
            null => $"the host does not say whether rule set {ruleset} is on",
        },
        word => $"{Esxcli(word)} ruleset set -r {ruleset} -e true");

    private static HostVerdict Restricted(string host, IReadOnlyList<string> allowed, IReadOnlyCollection<ProxyPlace> proxies)
    {
        const string ruleset = HostFirewall.ProxiedRuleset;
        var told = $"rule set {ruleset} is on, for {string.Join(", ", allowed)} only";
        if (proxies.FirstOrDefault(proxy => proxy.Addresses.Count > 0 && !proxy.Addresses.Any(address => Holds(allowed, address))) is ({ } name, [var address, ..]))
        {
            return new(
                "firewall", host, false, $"{told}, and the concentrator {name} is at {address}",
                word => $"{Esxcli(word)} ruleset allowedip add -r {ruleset} -i {address}");
        }

        var unknown = proxies.Where(proxy => proxy.Addresses.Count == 0).Select(proxy => proxy.Name).ToList();
        return new("firewall", host, unknown.Count == 0 ? true : null, unknown.Count == 0 ? told : $"{told}, and the address of {string.Join(", ", unknown)} is not known here");
    }

    private static HostVerdict Silent<T>(string check, HostAnswer<T> answer)
        where T : class => new(check, answer.Host.Name, null, answer.Problem ?? "the host says nothing of it");

    private static string Esxcli(string host) => $"govc host.esxcli -host {host} -- network firewall";
}
