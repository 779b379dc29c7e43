using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A host's firewall: the rule sets that serial ports over the network need, and whether they are on.</summary>
/// <remarks>A rule set that is off keeps ports from dialling, as on a real host; connections that stand stay, and listening goes on.</remarks>
public sealed class FirewallSystemObject : ManagedObject
{
    /// <summary>What ports with a concentrator need.</summary>
    internal const string ProxiedRuleset = "vSPC";

    /// <summary>What ports without one need.</summary>
    internal const string DirectRuleset = "remoteSerialPort";

    private readonly HostInventory _inventory;
    private readonly HostEntity _host;
    private readonly Lock _lock = new();
    private IReadOnlyList<HostFirewallRuleset> _rulesets =
    [
        NewRuleset(DirectRuleset, "VM serial port connected over network", "inbound", true),
        NewRuleset(ProxiedRuleset, "VM serial port connected to vSPC", "outbound", true),
        NewRuleset("sshServer", "SSH Server", "inbound", false),
    ];

    internal FirewallSystemObject(HostInventory inventory, HostEntity host)
        : base(new ManagedObjectReference("HostFirewallSystem", "firewallSystem-" + host.Reference.Value))
    {
        _inventory = inventory;
        _host = host;
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType FirewallType { get; } = new ManagedType<FirewallSystemObject>("HostFirewallSystem")
        .Property("firewallInfo", static o => VimValue.Of(o.Info))
        .Unset("availableField", "value")
        .Method("EnableRuleset", Privileges.HostConfig, static (o, call) => o.Set(call.Request.Required("id", VimKinds.String), true))
        .Method("DisableRuleset", Privileges.HostConfig, static (o, call) => o.Set(call.Request.Required("id", VimKinds.String), false))
        .Method("RefreshFirewall", Privileges.HostConfig, static (_, _) => MethodResult.Nothing);

    /// <inheritdoc/>
    public override ManagedType Type => FirewallType;

    /// <summary>As clients see it.</summary>
    public HostFirewallInfo Info => new()
    {
        DefaultPolicy = new HostFirewallDefaultPolicy { IncomingBlocked = true, OutgoingBlocked = true },
        Ruleset = Volatile.Read(ref _rulesets),
    };

    /// <summary>Whether a rule set is on.</summary>
    /// <param name="key">Its key, such as <c>vSPC</c>.</param>
    /// <returns>False for one that there is not.</returns>
    public bool IsEnabled(string key) => Volatile.Read(ref _rulesets).Any(ruleset => ruleset.Key == key && ruleset.Enabled);

    /// <summary>Why ports cannot dial from the host.</summary>
    /// <param name="isProxied">Whether a concentrator; else a remote system.</param>
    /// <returns>Null when they can.</returns>
    internal string? Block(bool isProxied)
    {
        var key = isProxied ? ProxiedRuleset : DirectRuleset;
        return IsEnabled(key) ? null : $"the firewall of {_host.Name} lets nothing out (rule set {key} is off).";
    }

    private static HostFirewallRuleset NewRuleset(string key, string label, string direction, bool enabled) => new()
    {
        Key = key,
        Label = label,
        Enabled = enabled,
        AllowedHosts = new HostFirewallRulesetIpList { AllIp = true },
        Rule = [new HostFirewallRule { Port = 0, EndPort = 65535, Direction = direction, PortType = "dst", Protocol = "tcp" }],
    };

    private MethodResult Set(string key, bool enabled)
    {
        lock (_lock)
        {
            if (!_rulesets.Any(ruleset => ruleset.Key == key))
                throw Fault.NotFoundByName($"There is no rule set '{key}'.");
            _rulesets =
            [
                .. _rulesets.Select(ruleset => ruleset.Key != key ? ruleset : new HostFirewallRuleset
                {
                    Key = ruleset.Key,
                    Label = ruleset.Label,
                    Enabled = enabled,
                    AllowedHosts = ruleset.AllowedHosts,
                    Rule = ruleset.Rule,
                }),
            ];
        }

        _inventory.Objects.Tell(this, "firewallInfo");
        _inventory.Objects.Tell(_host, "config");
        return MethodResult.Nothing;
    }
}
