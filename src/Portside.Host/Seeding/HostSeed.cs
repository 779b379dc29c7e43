using System.Net;

namespace Portside.Host.Seeding;

/// <summary>What an inventory is to hold from the start, as a seed file says it.</summary>
public sealed record HostSeed
{
    /// <summary>Names of the hosts; null for the usual two.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Addresses of hosts that have one of their own, by name.</summary>
    public IReadOnlyDictionary<string, IPAddress> Addresses { get; init; } = new Dictionary<string, IPAddress>();

    /// <summary>Name of the datacenter; null for the usual one.</summary>
    public string? Datacenter { get; init; }

    /// <summary>Name of the cluster; null for the usual one.</summary>
    public string? Cluster { get; init; }

    /// <summary>Name of the datastore; null for the usual one.</summary>
    public string? Datastore { get; init; }

    /// <summary>Folders of machines by path, such as <c>web/frontends</c>; those above are made too.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>The machines.</summary>
    public IReadOnlyList<MachineSeed> Machines { get; init; } = [];
}
