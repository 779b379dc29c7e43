using System.Net;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A cluster, or a host by itself: hosts and the root of their resource pools.</summary>
public sealed class ComputeEntity : ManagedEntity
{
    private readonly Members<HostEntity> _hosts = new();
    private readonly bool _isCluster;

    internal ComputeEntity(HostInventory inventory, string name, FolderEntity parent, bool isCluster)
        : base(
            inventory,
            inventory.NewReference(isCluster ? "ClusterComputeResource" : "ComputeResource", "domain-c", "ha-compute-res"),
            name,
            parent)
    {
        _isCluster = isCluster;
        Pool = new PoolEntity(inventory, "Resources", this, this);
        inventory.Objects.Add(Pool);
        Browser = new EnvironmentBrowserObject(inventory, this);
        inventory.Objects.Add(Browser);
    }

    /// <summary>Properties and methods of both.</summary>
    public static ManagedType ComputeType { get; } = new ManagedType<ComputeEntity>("ComputeResource", EntityType)
        .Property("host", static o => o._hosts.References)
        .Property("resourcePool", static o => VimValue.Of(o.Pool.Reference))
        .Property("datastore", static o => VimValue.Of([o.Inventory.Datastore.Reference]))
        .Property("network", static o => VimValue.Of([o.Inventory.Network.Reference]))
        .Property("environmentBrowser", static o => VimValue.Of(o.Browser.Reference))
        .Property("summary", static o => VimValue.Of<ComputeResourceSummary>(o.Summary()))
        .Unset("configurationEx");

    /// <summary>Properties and methods of a cluster.</summary>
    public static ManagedType ClusterType { get; } = new ManagedType<ComputeEntity>("ClusterComputeResource", ComputeType)
        .Unset(
            "actionHistory", "configuration", "drsFault", "drsRecommendation", "hciConfig", "migrationHistory", "recommendation",
            "summaryEx");

    /// <inheritdoc/>
    public override ManagedType Type => _isCluster ? ClusterType : ComputeType;

    /// <summary>The hosts.</summary>
    public IReadOnlyList<HostEntity> Hosts => _hosts.Now;

    /// <summary>The root of its resource pools.</summary>
    public PoolEntity Pool { get; }

    /// <summary>Tells what its hosts can do for machines.</summary>
    public EnvironmentBrowserObject Browser { get; }

    internal override IEnumerable<ManagedEntity> Below => [.. _hosts.Now, Pool];

    internal HostEntity NewHost(string name, IPAddress? address = null)
    {
        var host = new HostEntity(Inventory, name, this, address);
        Inventory.Objects.Add(host);
        _hosts.Add(host);
        Inventory.Objects.Tell(this, "host");
        return host;
    }

    private ComputeResourceSummary Summary()
    {
        var hosts = Hosts.Count;
        ComputeResourceSummary summary = _isCluster ? new ClusterComputeResourceSummary { NumVmotions = Inventory.MigrationCount } : new();
        summary.TotalCpu = summary.EffectiveCpu = hosts * 16 * 2400;
        summary.TotalMemory = hosts * HostEntity.MemoryBytes;
        summary.EffectiveMemory = hosts * (HostEntity.MemoryBytes >> 20);
        summary.NumCpuCores = summary.NumCpuThreads = (short)(hosts * 16);
        summary.NumHosts = summary.NumEffectiveHosts = hosts;
        summary.OverallStatus = "green";
        return summary;
    }
}
