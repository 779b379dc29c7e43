using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>A host's hardware.</summary>
public sealed class HostHardwareSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostHardwareSummary>("HostHardwareSummary", null, static () => new HostHardwareSummary())
        .Required("vendor", VimKinds.String, static o => o.Vendor, static (o, v) => o.Vendor = v)
        .Required("model", VimKinds.String, static o => o.Model, static (o, v) => o.Model = v)
        .Required("uuid", VimKinds.String, static o => o.Uuid, static (o, v) => o.Uuid = v)
        .Required("memorySize", VimKinds.Long, static o => o.MemorySize, static (o, v) => o.MemorySize = v)
        .Required("cpuModel", VimKinds.String, static o => o.CpuModel, static (o, v) => o.CpuModel = v)
        .Required("cpuMhz", VimKinds.Int, static o => o.CpuMhz, static (o, v) => o.CpuMhz = v)
        .Required("numCpuPkgs", VimKinds.Short, static o => o.NumCpuPkgs, static (o, v) => o.NumCpuPkgs = v)
        .Required("numCpuCores", VimKinds.Short, static o => o.NumCpuCores, static (o, v) => o.NumCpuCores = v)
        .Required("numCpuThreads", VimKinds.Short, static o => o.NumCpuThreads, static (o, v) => o.NumCpuThreads = v)
        .Required("numNics", VimKinds.Int, static o => o.NumNics, static (o, v) => o.NumNics = v)
        .Required("numHBAs", VimKinds.Int, static o => o.NumHbas, static (o, v) => o.NumHbas = v);

    public override VimType Type => Schema;

    public string Vendor { get; set; } = "";

    public string Model { get; set; } = "";

    public string Uuid { get; set; } = "";

    public long MemorySize { get; set; }

    public string CpuModel { get; set; } = "";

    public int CpuMhz { get; set; }

    public short NumCpuPkgs { get; set; }

    public short NumCpuCores { get; set; }

    public short NumCpuThreads { get; set; }

    public int NumNics { get; set; }

    public int NumHbas { get; set; }
}

/// <summary>A host's settings.</summary>
public sealed class HostConfigSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostConfigSummary>("HostConfigSummary", null, static () => new HostConfigSummary())
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("port", VimKinds.Int, static o => o.Port, static (o, v) => o.Port = v)
        .Optional("product", VimKinds.Object<AboutInfo>(), static o => o.Product, static (o, v) => o.Product = v)
        .Required("vmotionEnabled", VimKinds.Boolean, static o => o.VmotionEnabled, static (o, v) => o.VmotionEnabled = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public int Port { get; set; }

    public AboutInfo? Product { get; set; }

    public bool VmotionEnabled { get; set; }
}

/// <summary>What a host uses.</summary>
public sealed class HostListSummaryQuickStats : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostListSummaryQuickStats>("HostListSummaryQuickStats", null, static () => new HostListSummaryQuickStats())
        .Optional("overallCpuUsage", VimKinds.Int, static o => o.OverallCpuUsage, static (o, v) => o.OverallCpuUsage = v)
        .Optional("overallMemoryUsage", VimKinds.Int, static o => o.OverallMemoryUsage, static (o, v) => o.OverallMemoryUsage = v)
        .Optional("uptime", VimKinds.Int, static o => o.Uptime, static (o, v) => o.Uptime = v);

    public override VimType Type => Schema;

    public int? OverallCpuUsage { get; set; }

    public int? OverallMemoryUsage { get; set; }

    public int? Uptime { get; set; }
}

/// <summary>How a host runs.</summary>
public sealed class HostRuntimeInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostRuntimeInfo>("HostRuntimeInfo", null, static () => new HostRuntimeInfo())
        .Required("connectionState", VimKinds.Enumeration("HostSystemConnectionState"), static o => o.ConnectionState, static (o, v) => o.ConnectionState = v)
        .Required("powerState", VimKinds.Enumeration("HostSystemPowerState"), static o => o.PowerState, static (o, v) => o.PowerState = v)
        .Optional("standbyMode", VimKinds.String, static o => o.StandbyMode, static (o, v) => o.StandbyMode = v)
        .Required("inMaintenanceMode", VimKinds.Boolean, static o => o.InMaintenanceMode, static (o, v) => o.InMaintenanceMode = v)
        .Optional("bootTime", VimKinds.DateTime, static o => o.BootTime, static (o, v) => o.BootTime = v);

    public override VimType Type => Schema;

    public string ConnectionState { get; set; } = "";

    public string PowerState { get; set; } = "";

    public string? StandbyMode { get; set; }

    public bool InMaintenanceMode { get; set; }

    public DateTimeOffset? BootTime { get; set; }
}

/// <summary>A host on one page.</summary>
public sealed class HostListSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostListSummary>("HostListSummary", null, static () => new HostListSummary())
        .Optional("host", VimKinds.Reference, static o => o.Host, static (o, v) => o.Host = v)
        .Optional("hardware", VimKinds.Object<HostHardwareSummary>(), static o => o.Hardware, static (o, v) => o.Hardware = v)
        .Optional("runtime", VimKinds.Object<HostRuntimeInfo>(), static o => o.Runtime, static (o, v) => o.Runtime = v)
        .Required("config", VimKinds.Object<HostConfigSummary>(), static o => o.Config, static (o, v) => o.Config = v)
        .Required("quickStats", VimKinds.Object<HostListSummaryQuickStats>(), static o => o.QuickStats, static (o, v) => o.QuickStats = v)
        .Required("overallStatus", VimKinds.Enumeration("ManagedEntityStatus"), static o => o.OverallStatus, static (o, v) => o.OverallStatus = v)
        .Required("rebootRequired", VimKinds.Boolean, static o => o.RebootRequired, static (o, v) => o.RebootRequired = v)
        .List("customValue", VimKinds.Object<CustomFieldValue>(), static o => o.CustomValue, static (o, v) => o.CustomValue = v)
        .Optional("managementServerIp", VimKinds.String, static o => o.ManagementServerIp, static (o, v) => o.ManagementServerIp = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Host { get; set; }

    public HostHardwareSummary? Hardware { get; set; }

    public HostRuntimeInfo? Runtime { get; set; }

    public HostConfigSummary Config { get; set; } = null!;

    public HostListSummaryQuickStats QuickStats { get; set; } = null!;

    public string OverallStatus { get; set; } = "";

    public bool RebootRequired { get; set; }

    public IReadOnlyList<CustomFieldValue> CustomValue { get; set; } = [];

    public string? ManagementServerIp { get; set; }
}

/// <summary>Ports that a rule set opens.</summary>
public sealed class HostFirewallRule : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostFirewallRule>("HostFirewallRule", null, static () => new HostFirewallRule())
        .Optional("port", VimKinds.Int, static o => o.Port, static (o, v) => o.Port = v)
        .Optional("endPort", VimKinds.Int, static o => o.EndPort, static (o, v) => o.EndPort = v)
        .Required("direction", VimKinds.Enumeration("HostFirewallRuleDirection"), static o => o.Direction, static (o, v) => o.Direction = v)
        .Optional("portType", VimKinds.Enumeration("HostFirewallRulePortType"), static o => o.PortType, static (o, v) => o.PortType = v)
        .Required("protocol", VimKinds.String, static o => o.Protocol, static (o, v) => o.Protocol = v);

    public override VimType Type => Schema;

    public int? Port { get; set; }

    public int? EndPort { get; set; }

    public string Direction { get; set; } = "";

    public string? PortType { get; set; }

    public string Protocol { get; set; } = "";
}

/// <summary>Whom a rule set lets through.</summary>
public sealed class HostFirewallRulesetIpList : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostFirewallRulesetIpList>("HostFirewallRulesetIpList", null, static () => new HostFirewallRulesetIpList())
        .List("ipAddress", VimKinds.String, static o => o.IpAddress, static (o, v) => o.IpAddress = v)
        .List("ipNetwork", VimKinds.Object<HostFirewallRulesetIpNetwork>(), static o => o.IpNetwork, static (o, v) => o.IpNetwork = v)
        .Required("allIp", VimKinds.Boolean, static o => o.AllIp, static (o, v) => o.AllIp = v);

    public override VimType Type => Schema;

    public IReadOnlyList<string> IpAddress { get; set; } = [];

    public IReadOnlyList<HostFirewallRulesetIpNetwork> IpNetwork { get; set; } = [];

    public bool AllIp { get; set; }
}

/// <summary>One network.</summary>
public sealed class HostFirewallRulesetIpNetwork : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostFirewallRulesetIpNetwork>("HostFirewallRulesetIpNetwork", null, static () => new HostFirewallRulesetIpNetwork())
        .Required("network", VimKinds.String, static o => o.Network, static (o, v) => o.Network = v)
        .Required("prefixLength", VimKinds.Int, static o => o.PrefixLength, static (o, v) => o.PrefixLength = v);

    public override VimType Type => Schema;

    public string Network { get; set; } = "";

    public int PrefixLength { get; set; }
}

/// <summary>One rule set of a host's firewall.</summary>
public sealed class HostFirewallRuleset : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostFirewallRuleset>("HostFirewallRuleset", null, static () => new HostFirewallRuleset())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Required("label", VimKinds.String, static o => o.Label, static (o, v) => o.Label = v)
        .Required("required", VimKinds.Boolean, static o => o.Required, static (o, v) => o.Required = v)
        .List("rule", VimKinds.Object<HostFirewallRule>(), static o => o.Rule, static (o, v) => o.Rule = v)
        .Optional("service", VimKinds.String, static o => o.Service, static (o, v) => o.Service = v)
        .Required("enabled", VimKinds.Boolean, static o => o.Enabled, static (o, v) => o.Enabled = v)
        .Optional("allowedHosts", VimKinds.Object<HostFirewallRulesetIpList>(), static o => o.AllowedHosts, static (o, v) => o.AllowedHosts = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public string Label { get; set; } = "";

    public bool Required { get; set; }

    public IReadOnlyList<HostFirewallRule> Rule { get; set; } = [];

    public string? Service { get; set; }

    public bool Enabled { get; set; }

    public HostFirewallRulesetIpList? AllowedHosts { get; set; }
}

/// <summary>What the firewall does by itself.</summary>
public sealed class HostFirewallDefaultPolicy : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostFirewallDefaultPolicy>("HostFirewallDefaultPolicy", null, static () => new HostFirewallDefaultPolicy())
        .Optional("incomingBlocked", VimKinds.Boolean, static o => o.IncomingBlocked, static (o, v) => o.IncomingBlocked = v)
        .Optional("outgoingBlocked", VimKinds.Boolean, static o => o.OutgoingBlocked, static (o, v) => o.OutgoingBlocked = v);

    public override VimType Type => Schema;

    public bool? IncomingBlocked { get; set; }

    public bool? OutgoingBlocked { get; set; }
}

/// <summary>A host's firewall.</summary>
public sealed class HostFirewallInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostFirewallInfo>("HostFirewallInfo", null, static () => new HostFirewallInfo())
        .Required("defaultPolicy", VimKinds.Object<HostFirewallDefaultPolicy>(), static o => o.DefaultPolicy, static (o, v) => o.DefaultPolicy = v)
        .List("ruleset", VimKinds.Object<HostFirewallRuleset>(), static o => o.Ruleset, static (o, v) => o.Ruleset = v);

    public override VimType Type => Schema;

    public HostFirewallDefaultPolicy DefaultPolicy { get; set; } = null!;

    public IReadOnlyList<HostFirewallRuleset> Ruleset { get; set; } = [];
}

/// <summary>The objects that set a host up.</summary>
public sealed class HostConfigManager : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostConfigManager>("HostConfigManager", null, static () => new HostConfigManager())
        .Optional("cpuScheduler", VimKinds.Reference, static o => o.CpuScheduler, static (o, v) => o.CpuScheduler = v)
        .Optional("datastoreSystem", VimKinds.Reference, static o => o.DatastoreSystem, static (o, v) => o.DatastoreSystem = v)
        .Optional("memoryManager", VimKinds.Reference, static o => o.MemoryManager, static (o, v) => o.MemoryManager = v)
        .Optional("storageSystem", VimKinds.Reference, static o => o.StorageSystem, static (o, v) => o.StorageSystem = v)
        .Optional("networkSystem", VimKinds.Reference, static o => o.NetworkSystem, static (o, v) => o.NetworkSystem = v)
        .Optional("vmotionSystem", VimKinds.Reference, static o => o.VmotionSystem, static (o, v) => o.VmotionSystem = v)
        .Optional("virtualNicManager", VimKinds.Reference, static o => o.VirtualNicManager, static (o, v) => o.VirtualNicManager = v)
        .Optional("serviceSystem", VimKinds.Reference, static o => o.ServiceSystem, static (o, v) => o.ServiceSystem = v)
        .Optional("firewallSystem", VimKinds.Reference, static o => o.FirewallSystem, static (o, v) => o.FirewallSystem = v)
        .Optional("advancedOption", VimKinds.Reference, static o => o.AdvancedOption, static (o, v) => o.AdvancedOption = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? CpuScheduler { get; set; }

    public ManagedObjectReference? DatastoreSystem { get; set; }

    public ManagedObjectReference? MemoryManager { get; set; }

    public ManagedObjectReference? StorageSystem { get; set; }

    public ManagedObjectReference? NetworkSystem { get; set; }

    public ManagedObjectReference? VmotionSystem { get; set; }

    public ManagedObjectReference? VirtualNicManager { get; set; }

    public ManagedObjectReference? ServiceSystem { get; set; }

    public ManagedObjectReference? FirewallSystem { get; set; }

    public ManagedObjectReference? AdvancedOption { get; set; }
}

/// <summary>How a host is set up.</summary>
public sealed class HostConfigInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostConfigInfo>("HostConfigInfo", null, static () => new HostConfigInfo())
        .Required("host", VimKinds.Reference, static o => o.Host, static (o, v) => o.Host = v)
        .Required("product", VimKinds.Object<AboutInfo>(), static o => o.Product, static (o, v) => o.Product = v)
        .Optional("network", VimKinds.Object<HostNetworkInfo>(), static o => o.Network, static (o, v) => o.Network = v)
        .Optional("firewall", VimKinds.Object<HostFirewallInfo>(), static o => o.Firewall, static (o, v) => o.Firewall = v);

    public override VimType Type => Schema;

    public ManagedObjectReference Host { get; set; } = null!;

    public AboutInfo Product { get; set; } = null!;

    public HostNetworkInfo? Network { get; set; }

    public HostFirewallInfo? Firewall { get; set; }
}

/// <summary>A compute resource on one page.</summary>
public class ComputeResourceSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<ComputeResourceSummary>("ComputeResourceSummary", null, static () => new ComputeResourceSummary()).AsBase()
        .Required("totalCpu", VimKinds.Int, static o => o.TotalCpu, static (o, v) => o.TotalCpu = v)
        .Required("totalMemory", VimKinds.Long, static o => o.TotalMemory, static (o, v) => o.TotalMemory = v)
        .Required("numCpuCores", VimKinds.Short, static o => o.NumCpuCores, static (o, v) => o.NumCpuCores = v)
        .Required("numCpuThreads", VimKinds.Short, static o => o.NumCpuThreads, static (o, v) => o.NumCpuThreads = v)
        .Required("effectiveCpu", VimKinds.Int, static o => o.EffectiveCpu, static (o, v) => o.EffectiveCpu = v)
        .Required("effectiveMemory", VimKinds.Long, static o => o.EffectiveMemory, static (o, v) => o.EffectiveMemory = v)
        .Required("numHosts", VimKinds.Int, static o => o.NumHosts, static (o, v) => o.NumHosts = v)
        .Required("numEffectiveHosts", VimKinds.Int, static o => o.NumEffectiveHosts, static (o, v) => o.NumEffectiveHosts = v)
        .Required("overallStatus", VimKinds.Enumeration("ManagedEntityStatus"), static o => o.OverallStatus, static (o, v) => o.OverallStatus = v);

    public override VimType Type => Schema;

    public int TotalCpu { get; set; }

    public long TotalMemory { get; set; }

    public short NumCpuCores { get; set; }

    public short NumCpuThreads { get; set; }

    public int EffectiveCpu { get; set; }

    public long EffectiveMemory { get; set; }

    public int NumHosts { get; set; }

    public int NumEffectiveHosts { get; set; }

    public string OverallStatus { get; set; } = "";
}

/// <summary>A cluster on one page.</summary>
public sealed class ClusterComputeResourceSummary : ComputeResourceSummary, IVimData
{
    public static new VimType Schema { get; } = new VimType<ClusterComputeResourceSummary>("ClusterComputeResourceSummary", ComputeResourceSummary.Schema, static () => new ClusterComputeResourceSummary())
        .Required("currentFailoverLevel", VimKinds.Int, static o => o.CurrentFailoverLevel, static (o, v) => o.CurrentFailoverLevel = v)
        .Required("numVmotions", VimKinds.Int, static o => o.NumVmotions, static (o, v) => o.NumVmotions = v);

    public override VimType Type => Schema;

    public int CurrentFailoverLevel { get; set; }

    public int NumVmotions { get; set; }
}

/// <summary>A resource pool on one page.</summary>
public sealed class ResourcePoolSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<ResourcePoolSummary>("ResourcePoolSummary", null, static () => new ResourcePoolSummary()).AsBase()
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";
}

/// <summary>A datastore on one page.</summary>
public sealed class DatastoreSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<DatastoreSummary>("DatastoreSummary", null, static () => new DatastoreSummary())
        .Optional("datastore", VimKinds.Reference, static o => o.Datastore, static (o, v) => o.Datastore = v)
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("url", VimKinds.String, static o => o.Url, static (o, v) => o.Url = v)
        .Required("capacity", VimKinds.Long, static o => o.Capacity, static (o, v) => o.Capacity = v)
        .Required("freeSpace", VimKinds.Long, static o => o.FreeSpace, static (o, v) => o.FreeSpace = v)
        .Optional("uncommitted", VimKinds.Long, static o => o.Uncommitted, static (o, v) => o.Uncommitted = v)
        .Required("accessible", VimKinds.Boolean, static o => o.Accessible, static (o, v) => o.Accessible = v)
        .Optional("multipleHostAccess", VimKinds.Boolean, static o => o.MultipleHostAccess, static (o, v) => o.MultipleHostAccess = v)
        .Required("type", VimKinds.String, static o => o.OfType, static (o, v) => o.OfType = v)
        .Optional("maintenanceMode", VimKinds.String, static o => o.MaintenanceMode, static (o, v) => o.MaintenanceMode = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Datastore { get; set; }

    public string Name { get; set; } = "";

    public string Url { get; set; } = "";

    public long Capacity { get; set; }

    public long FreeSpace { get; set; }

    public long? Uncommitted { get; set; }

    public bool Accessible { get; set; }

    public bool? MultipleHostAccess { get; set; }

    public string OfType { get; set; } = "";

    public string? MaintenanceMode { get; set; }
}

/// <summary>What a datastore can do.</summary>
public sealed class DatastoreCapability : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<DatastoreCapability>("DatastoreCapability", null, static () => new DatastoreCapability())
        .Required("directoryHierarchySupported", VimKinds.Boolean, static o => o.DirectoryHierarchySupported, static (o, v) => o.DirectoryHierarchySupported = v)
        .Required("rawDiskMappingsSupported", VimKinds.Boolean, static o => o.RawDiskMappingsSupported, static (o, v) => o.RawDiskMappingsSupported = v)
        .Required("perFileThinProvisioningSupported", VimKinds.Boolean, static o => o.PerFileThinProvisioningSupported, static (o, v) => o.PerFileThinProvisioningSupported = v);

    public override VimType Type => Schema;

    public bool DirectoryHierarchySupported { get; set; }

    public bool RawDiskMappingsSupported { get; set; }

    public bool PerFileThinProvisioningSupported { get; set; }
}

/// <summary>A datastore's place.</summary>
public sealed class DatastoreInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<DatastoreInfo>("DatastoreInfo", null, static () => new DatastoreInfo()).AsBase()
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("url", VimKinds.String, static o => o.Url, static (o, v) => o.Url = v)
        .Required("freeSpace", VimKinds.Long, static o => o.FreeSpace, static (o, v) => o.FreeSpace = v)
        .Required("maxFileSize", VimKinds.Long, static o => o.MaxFileSize, static (o, v) => o.MaxFileSize = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public string Url { get; set; } = "";

    public long FreeSpace { get; set; }

    public long MaxFileSize { get; set; }
}

/// <summary>A network on one page.</summary>
public sealed class NetworkSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<NetworkSummary>("NetworkSummary", null, static () => new NetworkSummary()).AsBase()
        .Optional("network", VimKinds.Reference, static o => o.Network, static (o, v) => o.Network = v)
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("accessible", VimKinds.Boolean, static o => o.Accessible, static (o, v) => o.Accessible = v)
        .Required("ipPoolName", VimKinds.String, static o => o.IpPoolName, static (o, v) => o.IpPoolName = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Network { get; set; }

    public string Name { get; set; } = "";

    public bool Accessible { get; set; }

    public string IpPoolName { get; set; } = "";
}

/// <summary>Which files are sought.</summary>
public sealed class HostDatastoreBrowserSearchSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostDatastoreBrowserSearchSpec>("HostDatastoreBrowserSearchSpec", null, static () => new HostDatastoreBrowserSearchSpec())
        .Optional("details", VimKinds.Object<UnknownObject>(), static o => o.Details, static (o, v) => o.Details = v)
        .List("matchPattern", VimKinds.String, static o => o.MatchPattern, static (o, v) => o.MatchPattern = v);

    public override VimType Type => Schema;

    public UnknownObject? Details { get; set; }

    public IReadOnlyList<string> MatchPattern { get; set; } = [];
}

/// <summary>One file.</summary>
public sealed class FileInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<FileInfo>("FileInfo", null, static () => new FileInfo()).AsBase()
        .Required("path", VimKinds.String, static o => o.Path, static (o, v) => o.Path = v)
        .Optional("fileSize", VimKinds.Long, static o => o.FileSize, static (o, v) => o.FileSize = v)
        .Optional("modification", VimKinds.DateTime, static o => o.Modification, static (o, v) => o.Modification = v)
        .Optional("owner", VimKinds.String, static o => o.Owner, static (o, v) => o.Owner = v);

    public override VimType Type => Schema;

    public string Path { get; set; } = "";

    public long? FileSize { get; set; }

    public DateTimeOffset? Modification { get; set; }

    public string? Owner { get; set; }
}

/// <summary>The files found in one folder.</summary>
public sealed class HostDatastoreBrowserSearchResults : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<HostDatastoreBrowserSearchResults>("HostDatastoreBrowserSearchResults", null, static () => new HostDatastoreBrowserSearchResults())
        .Optional("datastore", VimKinds.Reference, static o => o.Datastore, static (o, v) => o.Datastore = v)
        .Optional("folderPath", VimKinds.String, static o => o.FolderPath, static (o, v) => o.FolderPath = v)
        .List("file", VimKinds.Object<FileInfo>(), static o => o.File, static (o, v) => o.File = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Datastore { get; set; }

    public string? FolderPath { get; set; }

    public IReadOnlyList<FileInfo> File { get; set; } = [];
}
