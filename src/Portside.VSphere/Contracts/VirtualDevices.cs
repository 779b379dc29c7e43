using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>One device of a virtual machine.</summary>
public class VirtualDevice : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualDevice>("VirtualDevice", null, static () => new VirtualDevice()).AsBase()
        .Required("key", VimKinds.Int, static o => o.Key, static (o, v) => o.Key = v)
        .Optional("deviceInfo", VimKinds.Object<Description>(), static o => o.DeviceInfo, static (o, v) => o.DeviceInfo = v)
        .Optional("backing", VimKinds.Object<VirtualDeviceBackingInfo>(), static o => o.Backing, static (o, v) => o.Backing = v)
        .Optional("connectable", VimKinds.Object<VirtualDeviceConnectInfo>(), static o => o.Connectable, static (o, v) => o.Connectable = v)
        .Optional("slotInfo", VimKinds.Object<VirtualDeviceBusSlotInfo>(), static o => o.SlotInfo, static (o, v) => o.SlotInfo = v)
        .Optional("controllerKey", VimKinds.Int, static o => o.ControllerKey, static (o, v) => o.ControllerKey = v)
        .Optional("unitNumber", VimKinds.Int, static o => o.UnitNumber, static (o, v) => o.UnitNumber = v);

    public override VimType Type => Schema;

    public int Key { get; set; }

    public Description? DeviceInfo { get; set; }

    public VirtualDeviceBackingInfo? Backing { get; set; }

    public VirtualDeviceConnectInfo? Connectable { get; set; }

    public VirtualDeviceBusSlotInfo? SlotInfo { get; set; }

    public int? ControllerKey { get; set; }

    public int? UnitNumber { get; set; }
}

/// <summary>What stands behind a device.</summary>
public class VirtualDeviceBackingInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualDeviceBackingInfo>("VirtualDeviceBackingInfo", null, static () => new VirtualDeviceBackingInfo()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>Where a device sits on its bus.</summary>
public sealed class VirtualDeviceBusSlotInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualDeviceBusSlotInfo>("VirtualDeviceBusSlotInfo", null, static () => new VirtualDeviceBusSlotInfo()).AsBase();

    public override VimType Type => Schema;
}

/// <summary>Whether a device is connected, and how it fares.</summary>
public sealed class VirtualDeviceConnectInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualDeviceConnectInfo>("VirtualDeviceConnectInfo", null, static () => new VirtualDeviceConnectInfo())
        .Required("startConnected", VimKinds.Boolean, static o => o.StartConnected, static (o, v) => o.StartConnected = v)
        .Required("allowGuestControl", VimKinds.Boolean, static o => o.AllowGuestControl, static (o, v) => o.AllowGuestControl = v)
        .Required("connected", VimKinds.Boolean, static o => o.Connected, static (o, v) => o.Connected = v)
        .Optional("status", VimKinds.Enumeration("VirtualDeviceConnectInfoStatus"), static o => o.Status, static (o, v) => o.Status = v);

    public override VimType Type => Schema;

    public bool StartConnected { get; set; }

    public bool AllowGuestControl { get; set; }

    public bool Connected { get; set; }

    public string? Status { get; set; }
}

/// <summary>A serial port.</summary>
public sealed class VirtualSerialPort : VirtualDevice, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPort>("VirtualSerialPort", VirtualDevice.Schema, static () => new VirtualSerialPort())
        .Required("yieldOnPoll", VimKinds.Boolean, static o => o.YieldOnPoll, static (o, v) => o.YieldOnPoll = v);

    public override VimType Type => Schema;

    public bool YieldOnPoll { get; set; }
}

/// <summary>A controller and the keys of its devices.</summary>
public class VirtualController : VirtualDevice, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualController>("VirtualController", VirtualDevice.Schema, static () => new VirtualController()).AsBase()
        .Required("busNumber", VimKinds.Int, static o => o.BusNumber, static (o, v) => o.BusNumber = v)
        .List("device", VimKinds.Int, static o => o.Device, static (o, v) => o.Device = v);

    public override VimType Type => Schema;

    public int BusNumber { get; set; }

    public IReadOnlyList<int> Device { get; set; } = [];
}

/// <summary>The controller of serial ports.</summary>
public sealed class VirtualSIOController : VirtualController, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSIOController>("VirtualSIOController", VirtualController.Schema, static () => new VirtualSIOController());

    public override VimType Type => Schema;
}

/// <summary>An IDE controller.</summary>
public sealed class VirtualIDEController : VirtualController, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualIDEController>("VirtualIDEController", VirtualController.Schema, static () => new VirtualIDEController());

    public override VimType Type => Schema;
}

/// <summary>The controller of keyboard and mouse.</summary>
public sealed class VirtualPS2Controller : VirtualController, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualPS2Controller>("VirtualPS2Controller", VirtualController.Schema, static () => new VirtualPS2Controller());

    public override VimType Type => Schema;
}

/// <summary>The PCI bus.</summary>
public sealed class VirtualPCIController : VirtualController, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualPCIController>("VirtualPCIController", VirtualController.Schema, static () => new VirtualPCIController());

    public override VimType Type => Schema;
}

/// <summary>A SCSI controller.</summary>
public class VirtualSCSIController : VirtualController, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSCSIController>("VirtualSCSIController", VirtualController.Schema, static () => new VirtualSCSIController()).AsBase()
        .Optional("hotAddRemove", VimKinds.Boolean, static o => o.HotAddRemove, static (o, v) => o.HotAddRemove = v)
        .Required("sharedBus", VimKinds.Enumeration("VirtualSCSISharing"), static o => o.SharedBus, static (o, v) => o.SharedBus = v)
        .Optional("scsiCtlrUnitNumber", VimKinds.Int, static o => o.ScsiCtlrUnitNumber, static (o, v) => o.ScsiCtlrUnitNumber = v);

    public override VimType Type => Schema;

    public bool? HotAddRemove { get; set; }

    public string SharedBus { get; set; } = "";

    public int? ScsiCtlrUnitNumber { get; set; }
}

/// <summary>VMware's own SCSI controller.</summary>
public sealed class ParaVirtualSCSIController : VirtualSCSIController, IVimData
{
    public static new VimType Schema { get; } = new VimType<ParaVirtualSCSIController>("ParaVirtualSCSIController", VirtualSCSIController.Schema, static () => new ParaVirtualSCSIController());

    public override VimType Type => Schema;
}

/// <summary>An LSI Logic SCSI controller.</summary>
public sealed class VirtualLsiLogicController : VirtualSCSIController, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualLsiLogicController>("VirtualLsiLogicController", VirtualSCSIController.Schema, static () => new VirtualLsiLogicController());

    public override VimType Type => Schema;
}

/// <summary>A network socket behind a device.</summary>
public class VirtualDeviceURIBackingInfo : VirtualDeviceBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualDeviceURIBackingInfo>("VirtualDeviceURIBackingInfo", VirtualDeviceBackingInfo.Schema, static () => new VirtualDeviceURIBackingInfo()).AsBase()
        .Required("serviceURI", VimKinds.String, static o => o.ServiceUri, static (o, v) => o.ServiceUri = v)
        .Required("direction", VimKinds.String, static o => o.Direction, static (o, v) => o.Direction = v)
        .Optional("proxyURI", VimKinds.String, static o => o.ProxyUri, static (o, v) => o.ProxyUri = v);

    public override VimType Type => Schema;

    public string ServiceUri { get; set; } = "";

    public string Direction { get; set; } = "";

    public string? ProxyUri { get; set; }
}

/// <summary>A network socket behind a serial port.</summary>
public sealed class VirtualSerialPortURIBackingInfo : VirtualDeviceURIBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortURIBackingInfo>("VirtualSerialPortURIBackingInfo", VirtualDeviceURIBackingInfo.Schema, static () => new VirtualSerialPortURIBackingInfo());

    public override VimType Type => Schema;
}

/// <summary>A file behind a device.</summary>
public class VirtualDeviceFileBackingInfo : VirtualDeviceBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualDeviceFileBackingInfo>("VirtualDeviceFileBackingInfo", VirtualDeviceBackingInfo.Schema, static () => new VirtualDeviceFileBackingInfo()).AsBase()
        .Required("fileName", VimKinds.String, static o => o.FileName, static (o, v) => o.FileName = v)
        .Optional("datastore", VimKinds.Reference, static o => o.Datastore, static (o, v) => o.Datastore = v)
        .Optional("backingObjectId", VimKinds.String, static o => o.BackingObjectId, static (o, v) => o.BackingObjectId = v);

    public override VimType Type => Schema;

    public string FileName { get; set; } = "";

    public ManagedObjectReference? Datastore { get; set; }

    public string? BackingObjectId { get; set; }
}

/// <summary>A file behind a serial port.</summary>
public sealed class VirtualSerialPortFileBackingInfo : VirtualDeviceFileBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortFileBackingInfo>("VirtualSerialPortFileBackingInfo", VirtualDeviceFileBackingInfo.Schema, static () => new VirtualSerialPortFileBackingInfo());

    public override VimType Type => Schema;
}

/// <summary>A pipe behind a device.</summary>
public class VirtualDevicePipeBackingInfo : VirtualDeviceBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualDevicePipeBackingInfo>("VirtualDevicePipeBackingInfo", VirtualDeviceBackingInfo.Schema, static () => new VirtualDevicePipeBackingInfo()).AsBase()
        .Required("pipeName", VimKinds.String, static o => o.PipeName, static (o, v) => o.PipeName = v);

    public override VimType Type => Schema;

    public string PipeName { get; set; } = "";
}

/// <summary>A pipe behind a serial port.</summary>
public sealed class VirtualSerialPortPipeBackingInfo : VirtualDevicePipeBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortPipeBackingInfo>("VirtualSerialPortPipeBackingInfo", VirtualDevicePipeBackingInfo.Schema, static () => new VirtualSerialPortPipeBackingInfo())
        .Required("endpoint", VimKinds.String, static o => o.Endpoint, static (o, v) => o.Endpoint = v)
        .Optional("noRxLoss", VimKinds.Boolean, static o => o.NoRxLoss, static (o, v) => o.NoRxLoss = v);

    public override VimType Type => Schema;

    public string Endpoint { get; set; } = "";

    public bool? NoRxLoss { get; set; }
}

/// <summary>A device of the host behind a device.</summary>
public class VirtualDeviceDeviceBackingInfo : VirtualDeviceBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualDeviceDeviceBackingInfo>("VirtualDeviceDeviceBackingInfo", VirtualDeviceBackingInfo.Schema, static () => new VirtualDeviceDeviceBackingInfo()).AsBase()
        .Required("deviceName", VimKinds.String, static o => o.DeviceName, static (o, v) => o.DeviceName = v)
        .Optional("useAutoDetect", VimKinds.Boolean, static o => o.UseAutoDetect, static (o, v) => o.UseAutoDetect = v);

    public override VimType Type => Schema;

    public string DeviceName { get; set; } = "";

    public bool? UseAutoDetect { get; set; }
}

/// <summary>A serial line of the host behind a serial port.</summary>
public sealed class VirtualSerialPortDeviceBackingInfo : VirtualDeviceDeviceBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortDeviceBackingInfo>("VirtualSerialPortDeviceBackingInfo", VirtualDeviceDeviceBackingInfo.Schema, static () => new VirtualSerialPortDeviceBackingInfo());

    public override VimType Type => Schema;
}

/// <summary>ThinPrint behind a serial port.</summary>
public sealed class VirtualSerialPortThinPrintBackingInfo : VirtualDeviceBackingInfo, IVimData
{
    public static new VimType Schema { get; } = new VimType<VirtualSerialPortThinPrintBackingInfo>("VirtualSerialPortThinPrintBackingInfo", VirtualDeviceBackingInfo.Schema, static () => new VirtualSerialPortThinPrintBackingInfo());

    public override VimType Type => Schema;
}

/// <summary>One change to a machine's devices.</summary>
public sealed class VirtualDeviceConfigSpec : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<VirtualDeviceConfigSpec>("VirtualDeviceConfigSpec", null, static () => new VirtualDeviceConfigSpec()).AsBase()
        .Optional("operation", VimKinds.Enumeration("VirtualDeviceConfigSpecOperation"), static o => o.Operation, static (o, v) => o.Operation = v)
        .Optional("fileOperation", VimKinds.Enumeration("VirtualDeviceConfigSpecFileOperation"), static o => o.FileOperation, static (o, v) => o.FileOperation = v)
        .Required("device", VimKinds.Object<VirtualDevice>(), static o => o.Device, static (o, v) => o.Device = v);

    public override VimType Type => Schema;

    public string? Operation { get; set; }

    public string? FileOperation { get; set; }

    public VirtualDevice Device { get; set; } = null!;
}
