using Portside.VSphere.Contracts;

namespace Portside.VSphere.SerialPorts;

/// <summary>A host's rule sets for serial ports.</summary>
/// <param name="Proxied">Whether ports may dial a concentrator (rule set <c>vSPC</c>); null where the host has no such rule set or does not say.</param>
/// <param name="Direct">Whether ports may listen and dial themselves (rule set <c>remoteSerialPort</c>); null as above.</param>
/// <param name="Restricted">Addresses to which the rule set <c>vSPC</c> is limited; none for everywhere.</param>
public sealed record HostFirewall(bool? Proxied, bool? Direct, IReadOnlyList<string> Restricted)
{
    /// <summary>Rule set of ports with a concentrator.</summary>
    public const string ProxiedRuleset = "vSPC";

    /// <summary>Rule set of ports without one.</summary>
    public const string DirectRuleset = "remoteSerialPort";

    internal static HostFirewall Of(HostFirewallInfo? info)
    {
        var proxied = Find(ProxiedRuleset);
        return new(proxied?.Enabled, Find(DirectRuleset)?.Enabled, proxied?.AllowedHosts is { AllIp: false } allowed
            ? [.. allowed.IpAddress, .. allowed.IpNetwork.Select(network => $"{network.Network}/{network.PrefixLength}")]
            : []);

        HostFirewallRuleset? Find(string key) => info?.Ruleset.FirstOrDefault(ruleset => ruleset.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
    }
}
