using System.Globalization;
using System.Net;
using Portside.Host.Proxies;
using Portside.Lines.Uris;
using Portside.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The proxy URI is one, its name is known, and something answers there.</summary>
/// <param name="machine">The machine.</param>
internal sealed class ProxyCheck(MachineCase machine) : PortCheck(machine)
{
    private readonly MachineCase _machine = machine;

    /// <inheritdoc/>
    public override string Name => "proxy";

    /// <inheritdoc/>
    protected override async Task<Finding> RunAsync(PortCase port, CancellationToken cancellation)
    {
        if (port.Device is not { } device)
            return Finding.Skipped("vSphere is left out");
        if (device.ProxyUri is not { } text)
            return Direct(port, device.ServiceUri, device.Direction);
        if (!ProxyUri.TryParse(text, out var proxy, out var error))
            return Finding.Broken($"the proxy URI '{text}' is none: {error.TrimEnd('.')}", _machine.Ensure(port));
        port.Proxy = proxy;
        if (WrongPort(port, proxy) is { } wrong)
            return wrong;
        port.Seen = await ProxyProbe.AskAsync(proxy, _machine.Patience, _machine.Clock, cancellation);
        var reached = port.Seen.First(seen => seen.Check == "proxy");
        return reached.Result == "ok"
            ? Finding.Ok($"{reached.Where}: {reached.Detail}, tried from here and not from the host")
            : Unreached($"{reached.Where}: {reached.Detail} (tried from here, not from the host)", port, proxy);
    }

    private Finding Unreached(string seen, PortCase port, ProxyUri proxy)
    {
        if (_machine.Server is not { } server)
            return Finding.Broken($"{seen}; a concentrator is to be started at {proxy.Host}, or another one to be named with --server URL", "portside serve");
        var own = server.ProxyUris.Select(uri => ProxyUri.TryParse(uri, out var one, out _) ? one : null).OfType<ProxyUri>().ToList();
        return own.Any(one => one.Port == proxy.Port && one.Host.Equals(proxy.Host, StringComparison.OrdinalIgnoreCase))
            ? Finding.Broken($"{seen}, though {_machine.Concentrator.Server.Authority} says that it takes machines there", "portside doctor")
            : Finding.Broken($"{seen}; the concentrator at {_machine.Concentrator.Server.Authority} takes machines at {string.Join(", ", own.Select(one => $"{one.Host}:{one.Port}").Distinct())}", _machine.Ensure(port));
    }

    // What one gets by copying the address that people use.
    private Finding? WrongPort(PortCase port, ProxyUri proxy)
    {
        if (_machine.Server is not { } server || _machine.MachinePorts.Contains(proxy.Port))
            return null;
        var isHere = proxy.Host.Equals(_machine.Concentrator.Server.Host, StringComparison.OrdinalIgnoreCase)
            || server.ProxyUris.Any(uri => ProxyUri.TryParse(uri, out var own, out _) && own.Host.Equals(proxy.Host, StringComparison.OrdinalIgnoreCase));
        var what = !isHere ? null
            : proxy.Port == _machine.Concentrator.Server.Port ? "of its HTTP API"
            : IsConsole(server.ConsoleTelnet, proxy.Port) ? "at which people reach a console by telnet"
            : null;
        return what is null ? null : Finding.Broken($"{proxy.Host}:{proxy.Port} is the concentrator's port {what}; machines connect to {string.Join(", ", _machine.MachinePorts)}", _machine.Ensure(port));
    }

    internal static bool IsConsole(string? consoleTelnet, int port)
    {
        var dash = consoleTelnet?.LastIndexOf('-') ?? -1;
        return dash > 0
            && IPEndPoint.TryParse(consoleTelnet![..dash], out var first)
            && int.TryParse(consoleTelnet[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && port >= first.Port && port <= last;
    }

    private Finding Direct(PortCase port, string service, string direction) =>
        !SerialUri.TryParse(service, out var uri, out var error) || uri is not NetworkUri
            ? Finding.Broken($"without a concentrator the service URI has to be an address, and '{service}' is none: {error?.TrimEnd('.') ?? "it names no network socket"}", _machine.Ensure(port))
            : Finding.Skipped(direction == "client"
                ? $"the host itself dials {service}: it is not tried, as somebody there may take one caller alone"
                : $"the host itself listens at {service}: trying it would take the one place there is");
}
