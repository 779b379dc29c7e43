using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>One hardware version.</summary>
public sealed class VirtualMachineConfigOptionDescriptor : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineConfigOptionDescriptor>("VirtualMachineConfigOptionDescriptor", null, static () => new VirtualMachineConfigOptionDescriptor())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Optional("description", VimKinds.String, static o => o.Description, static (o, v) => o.Description = v)
        .List("host", VimKinds.Reference, static o => o.Host, static (o, v) => o.Host = v)
        .Optional("createSupported", VimKinds.Boolean, static o => o.CreateSupported, static (o, v) => o.CreateSupported = v)
        .Optional("defaultConfigOption", VimKinds.Boolean, static o => o.DefaultConfigOption, static (o, v) => o.DefaultConfigOption = v)
        .Optional("runSupported", VimKinds.Boolean, static o => o.RunSupported, static (o, v) => o.RunSupported = v)
        .Optional("upgradeSupported", VimKinds.Boolean, static o => o.UpgradeSupported, static (o, v) => o.UpgradeSupported = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public string? Description { get; set; }

    public IReadOnlyList<ManagedObjectReference> Host { get; set; } = [];

    public bool? CreateSupported { get; set; }

    public bool? DefaultConfigOption { get; set; }

    public bool? RunSupported { get; set; }

    public bool? UpgradeSupported { get; set; }
}

/// <summary>Which hardware version is asked for.</summary>
public sealed class EnvironmentBrowserConfigOptionQuerySpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<EnvironmentBrowserConfigOptionQuerySpec>("EnvironmentBrowserConfigOptionQuerySpec", null, static () => new EnvironmentBrowserConfigOptionQuerySpec())
        .Optional("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Optional("host", VimKinds.Reference, static o => o.Host, static (o, v) => o.Host = v)
        .List("guestId", VimKinds.String, static o => o.GuestId, static (o, v) => o.GuestId = v);

    public override VimType Type => Schema;

    public string? Key { get; set; }

    public ManagedObjectReference? Host { get; set; }

    public IReadOnlyList<string> GuestId { get; set; } = [];
}

/// <summary>Whether a device can be connected.</summary>
public sealed class VirtualDeviceConnectOption : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualDeviceConnectOption>("VirtualDeviceConnectOption", null, static () => new VirtualDeviceConnectOption())
        .Required("startConnected", VimKinds.Object<BoolOption>(), static o => o.StartConnected, static (o, v) => o.StartConnected = v)
        .Required("allowGuestControl", VimKinds.Object<BoolOption>(), static o => o.AllowGuestControl, static (o, v) => o.AllowGuestControl = v);

    public override VimType Type => Schema;

    public BoolOption StartConnected { get; set; } = null!;

    public BoolOption AllowGuestControl { get; set; } = null!;
}

/// <summary>What may stand behind a device.</summary>
public class VirtualDeviceBackingOption : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualDeviceBackingOption>("VirtualDeviceBackingOption", null, static () => new VirtualDeviceBackingOption()).AsBase()
        .Required("type", VimKinds.String, static o => o.OfType, static (o, v) => o.OfType = v);

    public override VimType Type => Schema;

    public string OfType { get; set; } = "";
}

/// <summary>A network socket.</summary>
public class VirtualDeviceURIBackingOption : VirtualDeviceBackingOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualDeviceURIBackingOption>("VirtualDeviceURIBackingOption", VirtualDeviceBackingOption.Schema, static () => new VirtualDeviceURIBackingOption()).AsBase()
        .Required("directions", VimKinds.Object<ChoiceOption>(), static o => o.Directions, static (o, v) => o.Directions = v);

    public override VimType Type => Schema;

    public ChoiceOption Directions { get; set; } = null!;
}

/// <summary>A network socket, behind a serial port.</summary>
public sealed class VirtualSerialPortURIBackingOption : VirtualDeviceURIBackingOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortURIBackingOption>("VirtualSerialPortURIBackingOption", VirtualDeviceURIBackingOption.Schema, static () => new VirtualSerialPortURIBackingOption());

    public override VimType Type => Schema;
}

/// <summary>A file.</summary>
public class VirtualDeviceFileBackingOption : VirtualDeviceBackingOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualDeviceFileBackingOption>("VirtualDeviceFileBackingOption", VirtualDeviceBackingOption.Schema, static () => new VirtualDeviceFileBackingOption()).AsBase()
        .Optional("fileNameExtensions", VimKinds.Object<ChoiceOption>(), static o => o.FileNameExtensions, static (o, v) => o.FileNameExtensions = v);

    public override VimType Type => Schema;

    public ChoiceOption? FileNameExtensions { get; set; }
}

/// <summary>A file, behind a serial port.</summary>
public sealed class VirtualSerialPortFileBackingOption : VirtualDeviceFileBackingOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortFileBackingOption>("VirtualSerialPortFileBackingOption", VirtualDeviceFileBackingOption.Schema, static () => new VirtualSerialPortFileBackingOption());

    public override VimType Type => Schema;
}

/// <summary>A pipe.</summary>
public class VirtualDevicePipeBackingOption : VirtualDeviceBackingOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualDevicePipeBackingOption>("VirtualDevicePipeBackingOption", VirtualDeviceBackingOption.Schema, static () => new VirtualDevicePipeBackingOption()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>A pipe, behind a serial port.</summary>
public sealed class VirtualSerialPortPipeBackingOption : VirtualDevicePipeBackingOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortPipeBackingOption>("VirtualSerialPortPipeBackingOption", VirtualDevicePipeBackingOption.Schema, static () => new VirtualSerialPortPipeBackingOption())
        .Required("endpoint", VimKinds.Object<ChoiceOption>(), static o => o.Endpoint, static (o, v) => o.Endpoint = v)
        .Required("noRxLoss", VimKinds.Object<BoolOption>(), static o => o.NoRxLoss, static (o, v) => o.NoRxLoss = v);

    public override VimType Type => Schema;

    public ChoiceOption Endpoint { get; set; } = null!;

    public BoolOption NoRxLoss { get; set; } = null!;
}

/// <summary>A device of the host.</summary>
public class VirtualDeviceDeviceBackingOption : VirtualDeviceBackingOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualDeviceDeviceBackingOption>("VirtualDeviceDeviceBackingOption", VirtualDeviceBackingOption.Schema, static () => new VirtualDeviceDeviceBackingOption()).AsBase()
        .Required("autoDetectAvailable", VimKinds.Object<BoolOption>(), static o => o.AutoDetectAvailable, static (o, v) => o.AutoDetectAvailable = v);

    public override VimType Type => Schema;

    public BoolOption AutoDetectAvailable { get; set; } = null!;
}

/// <summary>A serial line of the host, behind a serial port.</summary>
public sealed class VirtualSerialPortDeviceBackingOption : VirtualDeviceDeviceBackingOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortDeviceBackingOption>("VirtualSerialPortDeviceBackingOption", VirtualDeviceDeviceBackingOption.Schema, static () => new VirtualSerialPortDeviceBackingOption());

    public override VimType Type => Schema;
}

/// <summary>One type of device.</summary>
public class VirtualDeviceOption : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualDeviceOption>("VirtualDeviceOption", null, static () => new VirtualDeviceOption()).AsBase()
        .Required("type", VimKinds.String, static o => o.OfType, static (o, v) => o.OfType = v)
        .Optional("connectOption", VimKinds.Object<VirtualDeviceConnectOption>(), static o => o.ConnectOption, static (o, v) => o.ConnectOption = v)
        .Optional("controllerType", VimKinds.String, static o => o.ControllerType, static (o, v) => o.ControllerType = v)
        .Optional("autoAssignController", VimKinds.Object<BoolOption>(), static o => o.AutoAssignController, static (o, v) => o.AutoAssignController = v)
        .List("backingOption", VimKinds.Object<VirtualDeviceBackingOption>(), static o => o.BackingOption, static (o, v) => o.BackingOption = v)
        .Optional("defaultBackingOptionIndex", VimKinds.Int, static o => o.DefaultBackingOptionIndex, static (o, v) => o.DefaultBackingOptionIndex = v)
        .List("licensingLimit", VimKinds.String, static o => o.LicensingLimit, static (o, v) => o.LicensingLimit = v)
        .Required("deprecated", VimKinds.Boolean, static o => o.Deprecated, static (o, v) => o.Deprecated = v)
        .Required("plugAndPlay", VimKinds.Boolean, static o => o.PlugAndPlay, static (o, v) => o.PlugAndPlay = v)
        .Required("hotRemoveSupported", VimKinds.Boolean, static o => o.HotRemoveSupported, static (o, v) => o.HotRemoveSupported = v);

    public override VimType Type => Schema;

    public string OfType { get; set; } = "";

    public VirtualDeviceConnectOption? ConnectOption { get; set; }

    public string? ControllerType { get; set; }

    public BoolOption? AutoAssignController { get; set; }

    public IReadOnlyList<VirtualDeviceBackingOption> BackingOption { get; set; } = [];

    public int? DefaultBackingOptionIndex { get; set; }

    public IReadOnlyList<string> LicensingLimit { get; set; } = [];

    public bool Deprecated { get; set; }

    public bool PlugAndPlay { get; set; }

    public bool HotRemoveSupported { get; set; }
}

/// <summary>Serial ports.</summary>
public sealed class VirtualSerialPortOption : VirtualDeviceOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortOption>("VirtualSerialPortOption", VirtualDeviceOption.Schema, static () => new VirtualSerialPortOption())
        .Required("yieldOnPoll", VimKinds.Object<BoolOption>(), static o => o.YieldOnPoll, static (o, v) => o.YieldOnPoll = v);

    public override VimType Type => Schema;

    public BoolOption YieldOnPoll { get; set; } = null!;
}

/// <summary>Controllers.</summary>
public class VirtualControllerOption : VirtualDeviceOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualControllerOption>("VirtualControllerOption", VirtualDeviceOption.Schema, static () => new VirtualControllerOption()).AsBase()
        .Required("devices", VimKinds.Object<IntOption>(), static o => o.Devices, static (o, v) => o.Devices = v)
        .List("supportedDevice", VimKinds.String, static o => o.SupportedDevice, static (o, v) => o.SupportedDevice = v);

    public override VimType Type => Schema;

    public IntOption Devices { get; set; } = null!;

    public IReadOnlyList<string> SupportedDevice { get; set; } = [];
}

/// <summary>The controller of serial ports, and how many it takes.</summary>
public sealed class VirtualSIOControllerOption : VirtualControllerOption, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSIOControllerOption>("VirtualSIOControllerOption", VirtualControllerOption.Schema, static () => new VirtualSIOControllerOption())
        .Required("numFloppyDrives", VimKinds.Object<IntOption>(), static o => o.NumFloppyDrives, static (o, v) => o.NumFloppyDrives = v)
        .Required("numSerialPorts", VimKinds.Object<IntOption>(), static o => o.NumSerialPorts, static (o, v) => o.NumSerialPorts = v)
        .Required("numParallelPorts", VimKinds.Object<IntOption>(), static o => o.NumParallelPorts, static (o, v) => o.NumParallelPorts = v);

    public override VimType Type => Schema;

    public IntOption NumFloppyDrives { get; set; } = null!;

    public IntOption NumSerialPorts { get; set; } = null!;

    public IntOption NumParallelPorts { get; set; } = null!;
}

/// <summary>Devices of a hardware version.</summary>
public sealed class VirtualHardwareOption : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualHardwareOption>("VirtualHardwareOption", null, static () => new VirtualHardwareOption())
        .Required("hwVersion", VimKinds.Int, static o => o.HwVersion, static (o, v) => o.HwVersion = v)
        .List("virtualDeviceOption", VimKinds.Object<VirtualDeviceOption>(), static o => o.VirtualDeviceOption, static (o, v) => o.VirtualDeviceOption = v)
        .Required("deviceListReadonly", VimKinds.Boolean, static o => o.DeviceListReadonly, static (o, v) => o.DeviceListReadonly = v)
        .List("numCPU", VimKinds.Int, static o => o.NumCpu, static (o, v) => o.NumCpu = v)
        .Optional("numCoresPerSocket", VimKinds.Object<IntOption>(), static o => o.NumCoresPerSocket, static (o, v) => o.NumCoresPerSocket = v)
        .Required("numCpuReadonly", VimKinds.Boolean, static o => o.NumCpuReadonly, static (o, v) => o.NumCpuReadonly = v)
        .Required("memoryMB", VimKinds.Object<LongOption>(), static o => o.MemoryMB, static (o, v) => o.MemoryMB = v)
        .Required("numPCIControllers", VimKinds.Object<IntOption>(), static o => o.NumPciControllers, static (o, v) => o.NumPciControllers = v)
        .Required("numIDEControllers", VimKinds.Object<IntOption>(), static o => o.NumIdeControllers, static (o, v) => o.NumIdeControllers = v)
        .Required("numUSBControllers", VimKinds.Object<IntOption>(), static o => o.NumUsbControllers, static (o, v) => o.NumUsbControllers = v)
        .Optional("numUSBXHCIControllers", VimKinds.Object<IntOption>(), static o => o.NumUsbXhciControllers, static (o, v) => o.NumUsbXhciControllers = v)
        .Required("numSIOControllers", VimKinds.Object<IntOption>(), static o => o.NumSioControllers, static (o, v) => o.NumSioControllers = v)
        .Required("numPS2Controllers", VimKinds.Object<IntOption>(), static o => o.NumPS2Controllers, static (o, v) => o.NumPS2Controllers = v)
        .List("licensingLimit", VimKinds.String, static o => o.LicensingLimit, static (o, v) => o.LicensingLimit = v);

    public override VimType Type => Schema;

    public int HwVersion { get; set; }

    public IReadOnlyList<VirtualDeviceOption> VirtualDeviceOption { get; set; } = [];

    public bool DeviceListReadonly { get; set; }

    public IReadOnlyList<int> NumCpu { get; set; } = [];

    public IntOption? NumCoresPerSocket { get; set; }

    public bool NumCpuReadonly { get; set; }

    public LongOption MemoryMB { get; set; } = null!;

    public IntOption NumPciControllers { get; set; } = null!;

    public IntOption NumIdeControllers { get; set; } = null!;

    public IntOption NumUsbControllers { get; set; } = null!;

    public IntOption? NumUsbXhciControllers { get; set; }

    public IntOption NumSioControllers { get; set; } = null!;

    public IntOption NumPS2Controllers { get; set; } = null!;

    public IReadOnlyList<string> LicensingLimit { get; set; } = [];
}

/// <summary>What a host offers for one hardware version.</summary>
public sealed class VirtualMachineConfigOption : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineConfigOption>("VirtualMachineConfigOption", null, static () => new VirtualMachineConfigOption())
        .Required("version", VimKinds.String, static o => o.Version, static (o, v) => o.Version = v)
        .Required("description", VimKinds.String, static o => o.Description, static (o, v) => o.Description = v)
        .Required("guestOSDefaultIndex", VimKinds.Int, static o => o.GuestOSDefaultIndex, static (o, v) => o.GuestOSDefaultIndex = v)
        .Required("hardwareOptions", VimKinds.Object<VirtualHardwareOption>(), static o => o.HardwareOptions, static (o, v) => o.HardwareOptions = v)
        .Required("datastore", VimKinds.Object<DatastoreOption>(), static o => o.Datastore, static (o, v) => o.Datastore = v)
        .List("defaultDevice", VimKinds.Object<VirtualDevice>(), static o => o.DefaultDevice, static (o, v) => o.DefaultDevice = v)
        .List("supportedMonitorType", VimKinds.String, static o => o.SupportedMonitorType, static (o, v) => o.SupportedMonitorType = v);

    public override VimType Type => Schema;

    public string Version { get; set; } = "";

    public string Description { get; set; } = "";

    public int GuestOSDefaultIndex { get; set; }

    public VirtualHardwareOption HardwareOptions { get; set; } = null!;

    public DatastoreOption Datastore { get; set; } = null!;

    public IReadOnlyList<VirtualDevice> DefaultDevice { get; set; } = [];

    public IReadOnlyList<string> SupportedMonitorType { get; set; } = [];
}

/// <summary>Limits of datastores; none is modelled.</summary>
public sealed class DatastoreOption : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<DatastoreOption>("DatastoreOption", null, static () => new DatastoreOption());

    public override VimType Type => Schema;
}

/// <summary>What a host has for machines.</summary>
public sealed class ConfigTarget : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<ConfigTarget>("ConfigTarget", null, static () => new ConfigTarget())
        .Required("numCpus", VimKinds.Int, static o => o.NumCpus, static (o, v) => o.NumCpus = v)
        .Required("numCpuCores", VimKinds.Int, static o => o.NumCpuCores, static (o, v) => o.NumCpuCores = v)
        .Required("numNumaNodes", VimKinds.Int, static o => o.NumNumaNodes, static (o, v) => o.NumNumaNodes = v)
        .List("datastore", VimKinds.Object<VirtualMachineDatastoreInfo>(), static o => o.Datastore, static (o, v) => o.Datastore = v)
        .List("network", VimKinds.Object<VirtualMachineNetworkInfo>(), static o => o.Network, static (o, v) => o.Network = v)
        .List("serial", VimKinds.Object<VirtualMachineSerialInfo>(), static o => o.Serial, static (o, v) => o.Serial = v)
        .Optional("resourcePool", VimKinds.Reference, static o => o.ResourcePool, static (o, v) => o.ResourcePool = v)
        .Optional("autoVmotion", VimKinds.Boolean, static o => o.AutoVmotion, static (o, v) => o.AutoVmotion = v);

    public override VimType Type => Schema;

    public int NumCpus { get; set; }

    public int NumCpuCores { get; set; }

    public int NumNumaNodes { get; set; }

    public IReadOnlyList<VirtualMachineDatastoreInfo> Datastore { get; set; } = [];

    public IReadOnlyList<VirtualMachineNetworkInfo> Network { get; set; } = [];

    public IReadOnlyList<VirtualMachineSerialInfo> Serial { get; set; } = [];

    public ManagedObjectReference? ResourcePool { get; set; }

    public bool? AutoVmotion { get; set; }
}

/// <summary>One thing of a host.</summary>
public class VirtualMachineTargetInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualMachineTargetInfo>("VirtualMachineTargetInfo", null, static () => new VirtualMachineTargetInfo()).AsBase()
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .List("configurationTag", VimKinds.String, static o => o.ConfigurationTag, static (o, v) => o.ConfigurationTag = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public IReadOnlyList<string> ConfigurationTag { get; set; } = [];
}

/// <summary>A serial line of a host.</summary>
public sealed class VirtualMachineSerialInfo : VirtualMachineTargetInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualMachineSerialInfo>("VirtualMachineSerialInfo", VirtualMachineTargetInfo.Schema, static () => new VirtualMachineSerialInfo());

    public override VimType Type => Schema;
}

/// <summary>A datastore as machines see it.</summary>
public sealed class VirtualMachineDatastoreInfo : VirtualMachineTargetInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualMachineDatastoreInfo>("VirtualMachineDatastoreInfo", VirtualMachineTargetInfo.Schema, static () => new VirtualMachineDatastoreInfo())
        .Required("datastore", VimKinds.Object<DatastoreSummary>(), static o => o.Datastore, static (o, v) => o.Datastore = v)
        .Required("capability", VimKinds.Object<DatastoreCapability>(), static o => o.Capability, static (o, v) => o.Capability = v)
        .Required("maxFileSize", VimKinds.Long, static o => o.MaxFileSize, static (o, v) => o.MaxFileSize = v)
        .Required("mode", VimKinds.String, static o => o.Mode, static (o, v) => o.Mode = v);

    public override VimType Type => Schema;

    public DatastoreSummary Datastore { get; set; } = null!;

    public DatastoreCapability Capability { get; set; } = null!;

    public long MaxFileSize { get; set; }

    public string Mode { get; set; } = "";
}

/// <summary>A network as machines see it.</summary>
public sealed class VirtualMachineNetworkInfo : VirtualMachineTargetInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualMachineNetworkInfo>("VirtualMachineNetworkInfo", VirtualMachineTargetInfo.Schema, static () => new VirtualMachineNetworkInfo())
        .Required("network", VimKinds.Object<NetworkSummary>(), static o => o.Network, static (o, v) => o.Network = v);

    public override VimType Type => Schema;

    public NetworkSummary Network { get; set; } = null!;
}
