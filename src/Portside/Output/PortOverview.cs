using Portside.Api.Contracts;
using Portside.Api.Remote;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Portside.Output;

/// <summary>What <c>ls</c> and <c>watch</c> show: the ports, and below them who was turned away.</summary>
/// <param name="Ports">All ports.</param>
/// <param name="Rejected">Attempts that were turned away, the latest first.</param>
/// <param name="Quarantined">Connections that are held, the longest first.</param>
/// <param name="ProxyUris">What to paste into vSphere; only asked for while there is no port.</param>
internal sealed record PortOverview(
    IReadOnlyList<PortDescription> Ports, IReadOnlyList<RejectedDescription> Rejected, IReadOnlyList<QuarantinedDescription> Quarantined, IReadOnlyList<string> ProxyUris)
{
    /// <summary>Asks <paramref name="api"/>.</summary>
    /// <param name="api">The server.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The overview.</returns>
    public static async Task<PortOverview> GetAsync(ApiClient api, CancellationToken cancellation)
    {
        var ports = await api.GetPortsAsync(cancellation);
        var rejected = await api.GetRejectedAsync(cancellation);
        var quarantined = await api.GetQuarantinedAsync(cancellation);
        var uris = ports.Count == 0 ? (await api.GetServerAsync(cancellation)).ProxyUris : [];
        return new PortOverview(ports, rejected, quarantined, uris);
    }

    /// <summary>Draws it.</summary>
    /// <param name="now">The present, for ages.</param>
    /// <param name="width">Columns of the window; null where nobody looks at one.</param>
    /// <returns>The drawing.</returns>
    public IRenderable Draw(DateTimeOffset now, int? width)
    {
        var tables = new PortTables(now);
        var parts = new List<IRenderable>();
        if (Ports.Count > 0)
        {
            parts.Add(tables.Ports(Ports, width));
            if (tables.Remotes(Ports) is { } remotes)
            {
                parts.Add(Line(""));
                parts.Add(Line("remote systems:"));
                parts.Add(remotes);
            }
        }
        else
        {
            parts.Add(Line("no virtual machine seen yet"));
            parts.Add(Line("paste this into vSphere as the serial port's proxy URI, with direction Server and any service URI of vSPC.py:"));
            parts.AddRange(ProxyUris.Select(u => Line($"  {u}")));
        }

        if (Quarantined.Count > 0)
        {
            parts.Add(Line(""));
            parts.Add(Line("not known to be the machines they claim to be:"));
            parts.Add(tables.Quarantined(Quarantined));
        }

        if (Rejected.Count > 0)
        {
            parts.Add(Line(""));
            parts.Add(Line("turned away:"));
            parts.Add(tables.Rejected(Rejected));
        }

        return new Rows(parts);
    }

    private static Text Line(string text) => new(SafeText.Of(text)) { Overflow = Overflow.Fold };
}
