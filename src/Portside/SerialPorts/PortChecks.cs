using Portside.Host.Proxies;
using Portside.Output;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>Looks, before any port is configured, whether it could work.</summary>
/// <param name="session">Where.</param>
/// <param name="patience">How long a concentrator has to answer.</param>
/// <param name="clock">For time-outs.</param>
internal sealed class PortChecks(VSphereSession session, TimeSpan patience, TimeProvider clock)
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
        var byHost = machines.SelectMany(machine => HostChecks.HostsOf(inventory, machine).Select(host => (Host: host, Machine: machine))).GroupBy(pair => pair.Host, pair => pair.Machine).ToList();
        if (byHost.Count == 0 && machines.Count > 0)
            results.Add(new("host", string.Join(", ", machines.Select(machine => machine.Path).Take(3)), "unknown", "no host is visible on which it can run", "give the account System.View on the hosts"));
        foreach (var host in byHost)
        {
            foreach (var version in host.GroupBy(machine => machine.HardwareVersion))
            {
                var answers = await HostAnswer<HostSupport>.OfAsync([host.Key], one => _hosts.SupportAsync(one, version.Key, cancellation));
                var directions = version.SelectMany(machine => machine.Ports).Select(port => port.Direction).Distinct().ToList();
                var word = version.Count() == 1 ? ShellWord.Of(version.First().Path) : "MACHINE";
                results.Add(HostVerdicts.Option(answers[0], version.Key, directions, word).ToResult(version.Key is null ? null : $"{host.Key.Name} {version.Key}"));
            }
        }

        var places = new ProxyPlaces();
        foreach (var host in byHost)
        {
            if (host.Key.ConnectionState is not (null or "connected"))
                results.Add(new("host", host.Key.Name, "failed", $"it is {host.Key.ConnectionState}", "try again when vCenter shows it as connected"));
            var ports = host.SelectMany(machine => machine.Ports).ToList();
            var proxies = await places.FindAsync(proxy is not null ? [proxy] : ports.Select(port => port.ProxyUri), cancellation);
            var usesNone = proxy is null && ports.Any(port => port.ProxyUri is null);

            // Whoever has no port yet, and does not say which it is to be, gets the usual one.
            if (proxies.Count == 0 && !usesNone)
                proxies = [ProxyPlaces.Unnamed];
            foreach (var answer in await HostAnswer<HostFirewall>.OfAsync([host.Key], one => _hosts.FirewallAsync(one, cancellation)))
                results.AddRange(HostVerdicts.Firewall(answer, proxies, usesNone).Select(verdict => verdict.ToResult()));
            if (proxies.Count == 0)
                continue;
            foreach (var answer in await HostAnswer<HostLicence>.OfAsync([host.Key], one => _hosts.LicenceAsync(one, cancellation)))
                results.Add(HostVerdicts.Licence(answer).ToResult());
        }

        var uris = proxy is not null ? [proxy] : machines.SelectMany(machine => machine.Ports).Select(port => port.ProxyUri).OfType<string>().Distinct().ToList();
        foreach (var one in uris)
        {
            if (!ProxyUri.TryParse(one, out var uri, out var error))
                results.Add(new("uri", one, "failed", error.TrimEnd('.'), "portside port set MACHINE --to http://CONCENTRATOR:13371"));
            else
                results.AddRange(await ProxyProbe.AskAsync(uri, patience, clock, cancellation));
        }

        return results;
    }
}
