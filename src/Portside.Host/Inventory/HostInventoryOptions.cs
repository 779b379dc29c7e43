using System.Net;
using Microsoft.Extensions.Logging;
using Portside.Host.Machines;

namespace Portside.Host.Inventory;

/// <summary>What an inventory starts with.</summary>
public sealed record HostInventoryOptions
{
    /// <summary>Whether it is a vCenter with a datacenter and a cluster; else a host by itself. Default true.</summary>
    public bool IsVCenter { get; init; } = true;

    /// <summary>Names of the hosts; by default two, or the one by itself.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>
    /// The address of each host that has one of its own, by the host's name: it is the one its network adapter shows, and its
    /// machines' ports dial proxies from it, so that this computer must have it. None by default.
    /// </summary>
    public IReadOnlyDictionary<string, IPAddress> Addresses { get; init; } = new Dictionary<string, IPAddress>();

    /// <summary>Name of the datacenter; default <c>DC0</c>, or <c>ha-datacenter</c>.</summary>
    public string? Datacenter { get; init; }

    /// <summary>Name of the cluster; default <c>DC0_C0</c>.</summary>
    public string Cluster { get; init; } = "DC0_C0";

    /// <summary>Name of the datastore; default <c>datastore1</c>.</summary>
    public string Datastore { get; init; } = "datastore1";

    /// <summary>Where the datastore's files are; null, the default, for one that holds none.</summary>
    public string? DatastoreDirectory { get; init; }

    /// <summary>What machines' serial ports need of their host.</summary>
    public MachineHost MachineHost { get; init; } = new();

    /// <summary>How long power-on and connect wait for a port's first connection before they are done all the same; default 5 s.</summary>
    public TimeSpan ConnectWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Guest of machines that name none in <c>portside.guest</c>; default a login shell.</summary>
    public string DefaultGuest { get; init; } = "shell";

    /// <summary>
    /// Whether machines' options may make programs of this computer their guests; default false, for then whoever may
    /// configure a machine runs what he likes here.
    /// </summary>
    public bool AllowPrograms { get; init; }

    /// <summary>Whether hosts offer network sockets behind serial ports; default true. Without, clients can show how they take it.</summary>
    public bool OffersNetworkSerialPorts { get; init; } = true;

    /// <summary>Whether the licence allows concentrators; default true.</summary>
    public bool IsConcentratorLicensed { get; init; } = true;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where its story goes; null for nowhere.</summary>
    public ILoggerFactory? Loggers { get; init; }
}
