using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>Where a machine's files are.</summary>
public sealed class VirtualMachineFileInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineFileInfo>("VirtualMachineFileInfo", null, static () => new VirtualMachineFileInfo())
        .Optional("vmPathName", VimKinds.String, static o => o.VmPathName, static (o, v) => o.VmPathName = v)
        .Optional("snapshotDirectory", VimKinds.String, static o => o.SnapshotDirectory, static (o, v) => o.SnapshotDirectory = v)
        .Optional("suspendDirectory", VimKinds.String, static o => o.SuspendDirectory, static (o, v) => o.SuspendDirectory = v)
        .Optional("logDirectory", VimKinds.String, static o => o.LogDirectory, static (o, v) => o.LogDirectory = v);

    public override VimType Type => Schema;

    public string? VmPathName { get; set; }

    public string? SnapshotDirectory { get; set; }

    public string? SuspendDirectory { get; set; }

    public string? LogDirectory { get; set; }
}

/// <summary>Flags of a machine; none is modelled.</summary>
public sealed class VirtualMachineFlagInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineFlagInfo>("VirtualMachineFlagInfo", null, static () => new VirtualMachineFlagInfo());

    public override VimType Type => Schema;
}

/// <summary>What power buttons do.</summary>
public sealed class VirtualMachineDefaultPowerOpInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineDefaultPowerOpInfo>("VirtualMachineDefaultPowerOpInfo", null, static () => new VirtualMachineDefaultPowerOpInfo())
        .Optional("powerOffType", VimKinds.String, static o => o.PowerOffType, static (o, v) => o.PowerOffType = v)
        .Optional("suspendType", VimKinds.String, static o => o.SuspendType, static (o, v) => o.SuspendType = v)
        .Optional("resetType", VimKinds.String, static o => o.ResetType, static (o, v) => o.ResetType = v)
        .Optional("defaultPowerOffType", VimKinds.String, static o => o.DefaultPowerOffType, static (o, v) => o.DefaultPowerOffType = v)
        .Optional("defaultSuspendType", VimKinds.String, static o => o.DefaultSuspendType, static (o, v) => o.DefaultSuspendType = v)
        .Optional("defaultResetType", VimKinds.String, static o => o.DefaultResetType, static (o, v) => o.DefaultResetType = v)
        .Optional("standbyAction", VimKinds.String, static o => o.StandbyAction, static (o, v) => o.StandbyAction = v);

    public override VimType Type => Schema;

    public string? PowerOffType { get; set; }

    public string? SuspendType { get; set; }

    public string? ResetType { get; set; }

    public string? DefaultPowerOffType { get; set; }

    public string? DefaultSuspendType { get; set; }

    public string? DefaultResetType { get; set; }

    public string? StandbyAction { get; set; }
}

/// <summary>Processors, memory and devices.</summary>
public sealed class VirtualHardware : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualHardware>("VirtualHardware", null, static () => new VirtualHardware())
        .Required("numCPU", VimKinds.Int, static o => o.NumCpu, static (o, v) => o.NumCpu = v)
        .Optional("numCoresPerSocket", VimKinds.Int, static o => o.NumCoresPerSocket, static (o, v) => o.NumCoresPerSocket = v)
        .Required("memoryMB", VimKinds.Int, static o => o.MemoryMB, static (o, v) => o.MemoryMB = v)
        .Optional("virtualICH7MPresent", VimKinds.Boolean, static o => o.VirtualIch7MPresent, static (o, v) => o.VirtualIch7MPresent = v)
        .Optional("virtualSMCPresent", VimKinds.Boolean, static o => o.VirtualSmcPresent, static (o, v) => o.VirtualSmcPresent = v)
        .List("device", VimKinds.Object<VirtualDevice>(), static o => o.Device, static (o, v) => o.Device = v);

    public override VimType Type => Schema;

    public int NumCpu { get; set; }

    public int? NumCoresPerSocket { get; set; }

    public int MemoryMB { get; set; }

    public bool? VirtualIch7MPresent { get; set; }

    public bool? VirtualSmcPresent { get; set; }

    public IReadOnlyList<VirtualDevice> Device { get; set; } = [];
}

/// <summary>How a machine is configured.</summary>
public sealed class VirtualMachineConfigInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineConfigInfo>("VirtualMachineConfigInfo", null, static () => new VirtualMachineConfigInfo())
        .Required("changeVersion", VimKinds.String, static o => o.ChangeVersion, static (o, v) => o.ChangeVersion = v)
        .Required("modified", VimKinds.DateTime, static o => o.Modified, static (o, v) => o.Modified = v)
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("guestFullName", VimKinds.String, static o => o.GuestFullName, static (o, v) => o.GuestFullName = v)
        .Required("version", VimKinds.String, static o => o.Version, static (o, v) => o.Version = v)
        .Required("uuid", VimKinds.String, static o => o.Uuid, static (o, v) => o.Uuid = v)
        .Optional("instanceUuid", VimKinds.String, static o => o.InstanceUuid, static (o, v) => o.InstanceUuid = v)
        .Optional("npivTemporaryDisabled", VimKinds.Boolean, static o => o.NpivTemporaryDisabled, static (o, v) => o.NpivTemporaryDisabled = v)
        .Optional("locationId", VimKinds.String, static o => o.LocationId, static (o, v) => o.LocationId = v)
        .Required("template", VimKinds.Boolean, static o => o.Template, static (o, v) => o.Template = v)
        .Required("guestId", VimKinds.String, static o => o.GuestId, static (o, v) => o.GuestId = v)
        .Required("alternateGuestName", VimKinds.String, static o => o.AlternateGuestName, static (o, v) => o.AlternateGuestName = v)
        .Optional("annotation", VimKinds.String, static o => o.Annotation, static (o, v) => o.Annotation = v)
        .Required("files", VimKinds.Object<VirtualMachineFileInfo>(), static o => o.Files, static (o, v) => o.Files = v)
        .Optional("tools", VimKinds.Object<ToolsConfigInfo>(), static o => o.Tools, static (o, v) => o.Tools = v)
        .Required("flags", VimKinds.Object<VirtualMachineFlagInfo>(), static o => o.Flags, static (o, v) => o.Flags = v)
        .Required("defaultPowerOps", VimKinds.Object<VirtualMachineDefaultPowerOpInfo>(), static o => o.DefaultPowerOps, static (o, v) => o.DefaultPowerOps = v)
        .Required("hardware", VimKinds.Object<VirtualHardware>(), static o => o.Hardware, static (o, v) => o.Hardware = v)
        .List("extraConfig", VimKinds.Object<OptionValue>(), static o => o.ExtraConfig, static (o, v) => o.ExtraConfig = v)
        .Optional("firmware", VimKinds.String, static o => o.Firmware, static (o, v) => o.Firmware = v);

    public override VimType Type => Schema;

    public string ChangeVersion { get; set; } = "";

    public DateTimeOffset Modified { get; set; }

    public string Name { get; set; } = "";

    public string GuestFullName { get; set; } = "";

    public string Version { get; set; } = "";

    public string Uuid { get; set; } = "";

    public string? InstanceUuid { get; set; }

    public bool? NpivTemporaryDisabled { get; set; }

    public string? LocationId { get; set; }

    public bool Template { get; set; }

    public string GuestId { get; set; } = "";

    public string AlternateGuestName { get; set; } = "";

    public string? Annotation { get; set; }

    public VirtualMachineFileInfo Files { get; set; } = null!;

    public ToolsConfigInfo? Tools { get; set; }

    public VirtualMachineFlagInfo Flags { get; set; } = null!;

    public VirtualMachineDefaultPowerOpInfo DefaultPowerOps { get; set; } = null!;

    public VirtualHardware Hardware { get; set; } = null!;

    public IReadOnlyList<OptionValue> ExtraConfig { get; set; } = [];

    public string? Firmware { get; set; }
}

/// <summary>How VMware Tools are set up.</summary>
public sealed class ToolsConfigInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<ToolsConfigInfo>("ToolsConfigInfo", null, static () => new ToolsConfigInfo())
        .Optional("toolsVersion", VimKinds.Int, static o => o.ToolsVersion, static (o, v) => o.ToolsVersion = v);

    public override VimType Type => Schema;

    public int? ToolsVersion { get; set; }
}

/// <summary>What a machine is to become; what is unset stays as it is.</summary>
public sealed class VirtualMachineConfigSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineConfigSpec>("VirtualMachineConfigSpec", null, static () => new VirtualMachineConfigSpec())
        .Optional("changeVersion", VimKinds.String, static o => o.ChangeVersion, static (o, v) => o.ChangeVersion = v)
        .Optional("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Optional("version", VimKinds.String, static o => o.Version, static (o, v) => o.Version = v)
        .Optional("uuid", VimKinds.String, static o => o.Uuid, static (o, v) => o.Uuid = v)
        .Optional("instanceUuid", VimKinds.String, static o => o.InstanceUuid, static (o, v) => o.InstanceUuid = v)
        .Optional("locationId", VimKinds.String, static o => o.LocationId, static (o, v) => o.LocationId = v)
        .Optional("guestId", VimKinds.String, static o => o.GuestId, static (o, v) => o.GuestId = v)
        .Optional("alternateGuestName", VimKinds.String, static o => o.AlternateGuestName, static (o, v) => o.AlternateGuestName = v)
        .Optional("annotation", VimKinds.String, static o => o.Annotation, static (o, v) => o.Annotation = v)
        .Optional("files", VimKinds.Object<VirtualMachineFileInfo>(), static o => o.Files, static (o, v) => o.Files = v)
        .Optional("numCPUs", VimKinds.Int, static o => o.NumCpus, static (o, v) => o.NumCpus = v)
        .Optional("numCoresPerSocket", VimKinds.Int, static o => o.NumCoresPerSocket, static (o, v) => o.NumCoresPerSocket = v)
        .Optional("memoryMB", VimKinds.Long, static o => o.MemoryMB, static (o, v) => o.MemoryMB = v)
        .List("deviceChange", VimKinds.Object<VirtualDeviceConfigSpec>(), static o => o.DeviceChange, static (o, v) => o.DeviceChange = v)
        .List("extraConfig", VimKinds.Object<OptionValue>(), static o => o.ExtraConfig, static (o, v) => o.ExtraConfig = v)
        .Optional("firmware", VimKinds.String, static o => o.Firmware, static (o, v) => o.Firmware = v);

    public override VimType Type => Schema;

    public string? ChangeVersion { get; set; }

    public string? Name { get; set; }

    public string? Version { get; set; }

    public string? Uuid { get; set; }

    public string? InstanceUuid { get; set; }

    public string? LocationId { get; set; }

    public string? GuestId { get; set; }

    public string? AlternateGuestName { get; set; }

    public string? Annotation { get; set; }

    public VirtualMachineFileInfo? Files { get; set; }

    public int? NumCpus { get; set; }

    public int? NumCoresPerSocket { get; set; }

    public long? MemoryMB { get; set; }

    public IReadOnlyList<VirtualDeviceConfigSpec> DeviceChange { get; set; } = [];

    public IReadOnlyList<OptionValue> ExtraConfig { get; set; } = [];

    public string? Firmware { get; set; }
}

/// <summary>How a machine runs.</summary>
public sealed class VirtualMachineRuntimeInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineRuntimeInfo>("VirtualMachineRuntimeInfo", null, static () => new VirtualMachineRuntimeInfo())
        .Optional("host", VimKinds.Reference, static o => o.Host, static (o, v) => o.Host = v)
        .Required("connectionState", VimKinds.Enumeration("VirtualMachineConnectionState"), static o => o.ConnectionState, static (o, v) => o.ConnectionState = v)
        .Required("powerState", VimKinds.Enumeration("VirtualMachinePowerState"), static o => o.PowerState, static (o, v) => o.PowerState = v)
        .Required("faultToleranceState", VimKinds.Enumeration("VirtualMachineFaultToleranceState"), static o => o.FaultToleranceState, static (o, v) => o.FaultToleranceState = v)
        .Required("toolsInstallerMounted", VimKinds.Boolean, static o => o.ToolsInstallerMounted, static (o, v) => o.ToolsInstallerMounted = v)
        .Optional("suspendTime", VimKinds.DateTime, static o => o.SuspendTime, static (o, v) => o.SuspendTime = v)
        .Optional("bootTime", VimKinds.DateTime, static o => o.BootTime, static (o, v) => o.BootTime = v)
        .Optional("maxCpuUsage", VimKinds.Int, static o => o.MaxCpuUsage, static (o, v) => o.MaxCpuUsage = v)
        .Optional("maxMemoryUsage", VimKinds.Int, static o => o.MaxMemoryUsage, static (o, v) => o.MaxMemoryUsage = v)
        .Required("numMksConnections", VimKinds.Int, static o => o.NumMksConnections, static (o, v) => o.NumMksConnections = v)
        .Required("recordReplayState", VimKinds.Enumeration("VirtualMachineRecordReplayState"), static o => o.RecordReplayState, static (o, v) => o.RecordReplayState = v)
        .Optional("cleanPowerOff", VimKinds.Boolean, static o => o.CleanPowerOff, static (o, v) => o.CleanPowerOff = v)
        .Required("onlineStandby", VimKinds.Boolean, static o => o.OnlineStandby, static (o, v) => o.OnlineStandby = v)
        .Required("consolidationNeeded", VimKinds.Boolean, static o => o.ConsolidationNeeded, static (o, v) => o.ConsolidationNeeded = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Host { get; set; }

    public string ConnectionState { get; set; } = "";

    public string PowerState { get; set; } = "";

    public string FaultToleranceState { get; set; } = "notConfigured";

    public bool ToolsInstallerMounted { get; set; }

    public DateTimeOffset? SuspendTime { get; set; }

    public DateTimeOffset? BootTime { get; set; }

    public int? MaxCpuUsage { get; set; }

    public int? MaxMemoryUsage { get; set; }

    public int NumMksConnections { get; set; }

    public string RecordReplayState { get; set; } = "inactive";

    public bool? CleanPowerOff { get; set; }

    public bool OnlineStandby { get; set; }

    public bool ConsolidationNeeded { get; set; }
}

/// <summary>What the guest tells.</summary>
public sealed class GuestInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<GuestInfo>("GuestInfo", null, static () => new GuestInfo())
        .Optional("toolsStatus", VimKinds.Enumeration("VirtualMachineToolsStatus"), static o => o.ToolsStatus, static (o, v) => o.ToolsStatus = v)
        .Optional("toolsVersionStatus", VimKinds.String, static o => o.ToolsVersionStatus, static (o, v) => o.ToolsVersionStatus = v)
        .Optional("toolsRunningStatus", VimKinds.String, static o => o.ToolsRunningStatus, static (o, v) => o.ToolsRunningStatus = v)
        .Optional("guestId", VimKinds.String, static o => o.GuestId, static (o, v) => o.GuestId = v)
        .Optional("guestFullName", VimKinds.String, static o => o.GuestFullName, static (o, v) => o.GuestFullName = v)
        .Optional("hostName", VimKinds.String, static o => o.HostName, static (o, v) => o.HostName = v)
        .Optional("ipAddress", VimKinds.String, static o => o.IpAddress, static (o, v) => o.IpAddress = v)
        .Required("guestState", VimKinds.String, static o => o.GuestState, static (o, v) => o.GuestState = v);

    public override VimType Type => Schema;

    public string? ToolsStatus { get; set; }

    public string? ToolsVersionStatus { get; set; }

    public string? ToolsRunningStatus { get; set; }

    public string? GuestId { get; set; }

    public string? GuestFullName { get; set; }

    public string? HostName { get; set; }

    public string? IpAddress { get; set; }

    public string GuestState { get; set; } = "";
}

/// <summary>What the guest tells, in short.</summary>
public sealed class VirtualMachineGuestSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineGuestSummary>("VirtualMachineGuestSummary", null, static () => new VirtualMachineGuestSummary())
        .Optional("guestId", VimKinds.String, static o => o.GuestId, static (o, v) => o.GuestId = v)
        .Optional("guestFullName", VimKinds.String, static o => o.GuestFullName, static (o, v) => o.GuestFullName = v)
        .Optional("toolsStatus", VimKinds.Enumeration("VirtualMachineToolsStatus"), static o => o.ToolsStatus, static (o, v) => o.ToolsStatus = v)
        .Optional("toolsRunningStatus", VimKinds.String, static o => o.ToolsRunningStatus, static (o, v) => o.ToolsRunningStatus = v)
        .Optional("hostName", VimKinds.String, static o => o.HostName, static (o, v) => o.HostName = v)
        .Optional("ipAddress", VimKinds.String, static o => o.IpAddress, static (o, v) => o.IpAddress = v);

    public override VimType Type => Schema;

    public string? GuestId { get; set; }

    public string? GuestFullName { get; set; }

    public string? ToolsStatus { get; set; }

    public string? ToolsRunningStatus { get; set; }

    public string? HostName { get; set; }

    public string? IpAddress { get; set; }
}

/// <summary>How a machine is configured, in short.</summary>
public sealed class VirtualMachineConfigSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineConfigSummary>("VirtualMachineConfigSummary", null, static () => new VirtualMachineConfigSummary())
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("template", VimKinds.Boolean, static o => o.Template, static (o, v) => o.Template = v)
        .Required("vmPathName", VimKinds.String, static o => o.VmPathName, static (o, v) => o.VmPathName = v)
        .Optional("memorySizeMB", VimKinds.Int, static o => o.MemorySizeMB, static (o, v) => o.MemorySizeMB = v)
        .Optional("cpuReservation", VimKinds.Int, static o => o.CpuReservation, static (o, v) => o.CpuReservation = v)
        .Optional("memoryReservation", VimKinds.Int, static o => o.MemoryReservation, static (o, v) => o.MemoryReservation = v)
        .Optional("numCpu", VimKinds.Int, static o => o.NumCpu, static (o, v) => o.NumCpu = v)
        .Optional("numEthernetCards", VimKinds.Int, static o => o.NumEthernetCards, static (o, v) => o.NumEthernetCards = v)
        .Optional("numVirtualDisks", VimKinds.Int, static o => o.NumVirtualDisks, static (o, v) => o.NumVirtualDisks = v)
        .Optional("uuid", VimKinds.String, static o => o.Uuid, static (o, v) => o.Uuid = v)
        .Optional("instanceUuid", VimKinds.String, static o => o.InstanceUuid, static (o, v) => o.InstanceUuid = v)
        .Optional("guestId", VimKinds.String, static o => o.GuestId, static (o, v) => o.GuestId = v)
        .Optional("guestFullName", VimKinds.String, static o => o.GuestFullName, static (o, v) => o.GuestFullName = v)
        .Optional("annotation", VimKinds.String, static o => o.Annotation, static (o, v) => o.Annotation = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public bool Template { get; set; }

    public string VmPathName { get; set; } = "";

    public int? MemorySizeMB { get; set; }

    public int? CpuReservation { get; set; }

    public int? MemoryReservation { get; set; }

    public int? NumCpu { get; set; }

    public int? NumEthernetCards { get; set; }

    public int? NumVirtualDisks { get; set; }

    public string? Uuid { get; set; }

    public string? InstanceUuid { get; set; }

    public string? GuestId { get; set; }

    public string? GuestFullName { get; set; }

    public string? Annotation { get; set; }
}

/// <summary>What a machine uses.</summary>
public sealed class VirtualMachineQuickStats : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineQuickStats>("VirtualMachineQuickStats", null, static () => new VirtualMachineQuickStats())
        .Optional("overallCpuUsage", VimKinds.Int, static o => o.OverallCpuUsage, static (o, v) => o.OverallCpuUsage = v)
        .Optional("guestMemoryUsage", VimKinds.Int, static o => o.GuestMemoryUsage, static (o, v) => o.GuestMemoryUsage = v)
        .Optional("hostMemoryUsage", VimKinds.Int, static o => o.HostMemoryUsage, static (o, v) => o.HostMemoryUsage = v)
        .Required("guestHeartbeatStatus", VimKinds.Enumeration("ManagedEntityStatus"), static o => o.GuestHeartbeatStatus, static (o, v) => o.GuestHeartbeatStatus = v)
        .Optional("uptimeSeconds", VimKinds.Int, static o => o.UptimeSeconds, static (o, v) => o.UptimeSeconds = v);

    public override VimType Type => Schema;

    public int? OverallCpuUsage { get; set; }

    public int? GuestMemoryUsage { get; set; }

    public int? HostMemoryUsage { get; set; }

    public string GuestHeartbeatStatus { get; set; } = "";

    public int? UptimeSeconds { get; set; }
}

/// <summary>A machine on one page.</summary>
public sealed class VirtualMachineSummary : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineSummary>("VirtualMachineSummary", null, static () => new VirtualMachineSummary())
        .Optional("vm", VimKinds.Reference, static o => o.Vm, static (o, v) => o.Vm = v)
        .Required("runtime", VimKinds.Object<VirtualMachineRuntimeInfo>(), static o => o.Runtime, static (o, v) => o.Runtime = v)
        .Optional("guest", VimKinds.Object<VirtualMachineGuestSummary>(), static o => o.Guest, static (o, v) => o.Guest = v)
        .Required("config", VimKinds.Object<VirtualMachineConfigSummary>(), static o => o.Config, static (o, v) => o.Config = v)
        .Required("quickStats", VimKinds.Object<VirtualMachineQuickStats>(), static o => o.QuickStats, static (o, v) => o.QuickStats = v)
        .Required("overallStatus", VimKinds.Enumeration("ManagedEntityStatus"), static o => o.OverallStatus, static (o, v) => o.OverallStatus = v)
        .List("customValue", VimKinds.Object<CustomFieldValue>(), static o => o.CustomValue, static (o, v) => o.CustomValue = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Vm { get; set; }

    public VirtualMachineRuntimeInfo Runtime { get; set; } = null!;

    public VirtualMachineGuestSummary? Guest { get; set; }

    public VirtualMachineConfigSummary Config { get; set; } = null!;

    public VirtualMachineQuickStats QuickStats { get; set; } = null!;

    public string OverallStatus { get; set; } = "";

    public IReadOnlyList<CustomFieldValue> CustomValue { get; set; } = [];
}

/// <summary>Where a machine is to go.</summary>
public sealed class VirtualMachineRelocateSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineRelocateSpec>("VirtualMachineRelocateSpec", null, static () => new VirtualMachineRelocateSpec())
        .Optional("folder", VimKinds.Reference, static o => o.Folder, static (o, v) => o.Folder = v)
        .Optional("datastore", VimKinds.Reference, static o => o.Datastore, static (o, v) => o.Datastore = v)
        .Optional("diskMoveType", VimKinds.String, static o => o.DiskMoveType, static (o, v) => o.DiskMoveType = v)
        .Optional("pool", VimKinds.Reference, static o => o.Pool, static (o, v) => o.Pool = v)
        .Optional("host", VimKinds.Reference, static o => o.Host, static (o, v) => o.Host = v)
        .Optional("transform", VimKinds.Enumeration("VirtualMachineRelocateTransformation"), static o => o.Transform, static (o, v) => o.Transform = v)
        .List("deviceChange", VimKinds.Object<VirtualDeviceConfigSpec>(), static o => o.DeviceChange, static (o, v) => o.DeviceChange = v);

    public override VimType Type => Schema;

    public ManagedObjectReference? Folder { get; set; }

    public ManagedObjectReference? Datastore { get; set; }

    public string? DiskMoveType { get; set; }

    public ManagedObjectReference? Pool { get; set; }

    public ManagedObjectReference? Host { get; set; }

    public string? Transform { get; set; }

    public IReadOnlyList<VirtualDeviceConfigSpec> DeviceChange { get; set; } = [];
}

/// <summary>What a copy is to be.</summary>
public sealed class VirtualMachineCloneSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineCloneSpec>("VirtualMachineCloneSpec", null, static () => new VirtualMachineCloneSpec())
        .Required("location", VimKinds.Object<VirtualMachineRelocateSpec>(), static o => o.Location, static (o, v) => o.Location = v)
        .Required("template", VimKinds.Boolean, static o => o.Template, static (o, v) => o.Template = v)
        .Optional("config", VimKinds.Object<VirtualMachineConfigSpec>(), static o => o.Config, static (o, v) => o.Config = v)
        .Required("powerOn", VimKinds.Boolean, static o => o.PowerOn, static (o, v) => o.PowerOn = v)
        .Optional("memory", VimKinds.Boolean, static o => o.Memory, static (o, v) => o.Memory = v);

    public override VimType Type => Schema;

    public VirtualMachineRelocateSpec Location { get; set; } = null!;

    public bool Template { get; set; }

    public VirtualMachineConfigSpec? Config { get; set; }

    public bool PowerOn { get; set; }

    public bool? Memory { get; set; }
}

/// <summary>A machine's files.</summary>
public sealed class VirtualMachineFileLayout : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineFileLayout>("VirtualMachineFileLayout", null, static () => new VirtualMachineFileLayout())
        .List("configFile", VimKinds.String, static o => o.ConfigFile, static (o, v) => o.ConfigFile = v)
        .List("logFile", VimKinds.String, static o => o.LogFile, static (o, v) => o.LogFile = v);

    public override VimType Type => Schema;

    public IReadOnlyList<string> ConfigFile { get; set; } = [];

    public IReadOnlyList<string> LogFile { get; set; } = [];
}
