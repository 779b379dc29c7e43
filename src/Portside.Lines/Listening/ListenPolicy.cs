using System.Net;

namespace Portside.Lines.Listening;

/// <summary>Where lines may be listened for. Without a range of ports nowhere.</summary>
public sealed record ListenPolicy
{
    /// <summary>Nowhere.</summary>
    public static ListenPolicy Nowhere { get; } = new();

    /// <summary>Everywhere the system lets: for an administrator's own configuration.</summary>
    public static ListenPolicy Everywhere { get; } = new() { FirstPort = 0, LastPort = 65_535 };

    /// <summary>First port that may be taken; 0 also lets the system choose one.</summary>
    public int FirstPort { get; init; } = 1;

    /// <summary>Last port that may be taken; default 0, none.</summary>
    public int LastPort { get; init; }

    /// <summary>
    /// The only addresses that may be taken; empty, the default, for all. A URI without a host gets all of these.
    /// </summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Whether a port may be taken.</summary>
    /// <param name="port">The port; 0 for one the system chooses.</param>
    /// <returns>Why not, for people; null when it may.</returns>
    public string? Refuse(int port)
    {
        if (port >= FirstPort && port <= LastPort)
            return null;
        return LastPort < FirstPort
            ? $"port {port} may not be listened on: no range of ports is set"
            : $"port {port} may not be listened on: ports {FirstPort} to {LastPort} may";
    }

    /// <summary>Whether an address may be taken.</summary>
    /// <param name="address">The address; a wildcard needs all to be allowed, or to be on the list itself.</param>
    /// <returns>Why not, for people; null when it may.</returns>
    public string? Refuse(IPAddress address) => Addresses.Count == 0 || Addresses.Contains(address)
        ? null
        : $"address {address} may not be listened on: {string.Join(", ", Addresses)} may";
}
