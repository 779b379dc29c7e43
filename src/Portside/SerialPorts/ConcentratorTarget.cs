using System.Net;
using Portside.Api.Contracts;
using Portside.Api.Remote;
using Portside.Commands;
using Portside.Concentrator.Ports;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>A concentrator that ports are pointed at: its proxy URI, and whether links arrive there.</summary>
internal sealed class ConcentratorTarget : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ApiClient _api;
    private readonly TimeProvider _clock;
    private readonly HashSet<(string Host, int Port)> _addresses;

    private ConcentratorTarget(ApiClient api, string? proxyUri, HashSet<(string Host, int Port)> addresses, TimeProvider clock)
    {
        _api = api;
        _clock = clock;
        _addresses = addresses;
        ProxyUri = proxyUri;
    }

    /// <summary>What goes into the ports; null where nothing is to.</summary>
    public string? ProxyUri { get; }

    /// <summary>Its API, for people.</summary>
    public string Address => _api.Server.ToString().TrimEnd('/');

    /// <summary>Asks a concentrator how machines reach it.</summary>
    /// <param name="text">Its API's address.</param>
    /// <param name="isPlain">Whether the connection is to be plain telnet; null where ports keep the URIs they have.</param>
    /// <param name="host">Name or address that hosts know it by; null for what it says itself.</param>
    /// <param name="clock">For waits.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="from">Where the address was said.</param>
    /// <returns>The concentrator; the caller disposes it.</returns>
    /// <exception cref="CommandFailure">The address makes no sense, or it has no such listener.</exception>
    public static async Task<ConcentratorTarget> AskAsync(string text, bool? isPlain, string? host, TimeProvider clock, CancellationToken cancellation, string from = "--to")
    {
        if (ServerAddress.Read(text, out var server) is { } complaint)
            throw new CommandFailure(ExitCode.Usage, $"{from}: {complaint}", "portside port ensure MACHINE --to http://CONCENTRATOR:13371");
        var api = new ApiClient(server, clock);
        try
        {
            var description = await api.GetServerAsync(cancellation);
            return new ConcentratorTarget(api, isPlain is { } plain ? Choose(description, plain, host, server) : null, Addresses(description, host, server), clock);
        }
        catch
        {
            api.Dispose();
            throw;
        }
    }

    /// <summary>Whether a port ends at this concentrator: at one of its names, with TLS or without.</summary>
    /// <param name="proxyUri">The port's proxy URI.</param>
    /// <returns>False where it ends elsewhere, or at a name that the concentrator does not know of itself.</returns>
    public bool IsAt(string? proxyUri) =>
        (proxyUri is not null && proxyUri == ProxyUri) || (Host.Proxies.ProxyUri.TryParse(proxyUri, out var uri, out _) && _addresses.Contains((uri.Host.ToLowerInvariant(), uri.Port)));

    /// <summary>The link that a machine has now.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="label">Which of its ports; null for the only one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What tells it from the links before and after it; null for none.</returns>
    public async Task<string?> LinkOfAsync(InventoryMachine machine, string? label, CancellationToken cancellation)
    {
        if (!PortId.TryCreate(machine.InstanceUuid ?? machine.BiosUuid, label, out var id))
            return null;
        try
        {
            return LinkOf(await _api.GetPortAsync(id.ToString(), cancellation));
        }
        catch (ApiException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return null;
        }
    }

    /// <summary>Waits until the link of a port arrives.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="port">Its port.</param>
    /// <param name="former">The link that is not meant, as it began before the change; null where any is.</param>
    /// <param name="since">What was rejected before has nothing to do with it.</param>
    /// <param name="within">How long it may take.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns><c>arrived</c>, <c>not arrived</c>, or why it was rejected or is held.</returns>
    public async Task<string> WaitForLinkAsync(
        InventoryMachine machine, NetworkSerialPort port, string? former, DateTimeOffset since, TimeSpan within, CancellationToken cancellation)
    {
        if (!PortId.TryCreate(machine.InstanceUuid ?? machine.BiosUuid, port.Label, out var id))
            return "not arrived: the machine has no UUID";
        var start = _clock.GetTimestamp();
        string? link;
        while (true)
        {
            link = await LinkOfAsync(machine, port.Label, cancellation);
            if (link is not null && link != former)
                return "arrived";
            if (_clock.GetElapsedTime(start) >= within)
                break;
            await Task.Delay(Interval, _clock, cancellation);
        }

        if ((await _api.GetQuarantinedAsync(cancellation)).FirstOrDefault(one => one.Port == id.ToString()) is { } held)
            return $"{held.State} (from {held.Source}): {held.Detail}";

        // Clocks of two machines are never quite the same.
        var rejected = (await _api.GetRejectedAsync(cancellation)).FirstOrDefault(one => one.ServiceUri == port.ServiceUri && one.At > since - TimeSpan.FromMinutes(1));
        return rejected is not null ? $"rejected: {rejected.Detail}" : link is null ? "not arrived" : "not arrived: the one of before the change is still there";
    }

    public void Dispose() => _api.Dispose();

    // Of two links in one moment of the clock the second comes from another port of its host.
    private static string? LinkOf(PortDescription port) => port.State is "connected" or "migrating" ? $"{port.ConnectedSince:O} {port.Source}" : null;

    private static HashSet<(string Host, int Port)> Addresses(ServerDescription server, string? host, Uri api)
    {
        var own = server.ProxyUris.Select(text => Host.Proxies.ProxyUri.TryParse(text, out var uri, out _) ? uri : null).OfType<Host.Proxies.ProxyUri>().ToList();
        string[] names = [.. own.Select(uri => uri.Host), api.Host.Trim('[', ']'), .. host is null ? Array.Empty<string>() : [host.Trim('[', ']')]];
        return [.. names.SelectMany(name => own.Select(uri => (name.ToLowerInvariant(), uri.Port)))];
    }

    private static string Choose(ServerDescription server, bool isPlain, string? host, Uri api)
    {
        var scheme = isPlain ? "telnet://" : "telnets://";
        var offered = server.ProxyUris.Where(uri => uri.StartsWith(scheme, StringComparison.Ordinal)).ToList();
        if (offered.Count == 0 && !isPlain)
            throw new CommandFailure(ExitCode.Failed, $"the concentrator at {api} offers machines no TLS", "give --plain (in a file: plain: true), if its network is to be trusted");
        if (offered.Count == 0)
            throw new CommandFailure(ExitCode.Failed, $"the concentrator at {api} takes no plain telnet", "leave --plain out");
        if (host is null)
            return offered[0];
        var chosen = Host.Proxies.ProxyUri.Parse(offered[0]);
        var fragment = offered[0].IndexOf('#', StringComparison.Ordinal);
        var name = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        var uri = $"{scheme}{name}:{chosen.Port}{(fragment < 0 ? "" : offered[0][fragment..])}";
        return Host.Proxies.ProxyUri.TryParse(uri, out _, out var error) ? uri : throw new CommandFailure(ExitCode.Usage, $"--proxy-host: {error.TrimEnd('.')}");
    }
}
