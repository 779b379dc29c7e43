using Portside.Host.Machines;
using Portside.VSphere.Contracts;

namespace Portside.Host.Inventory;

/// <summary>Serial ports between the API's devices and the machine's.</summary>
internal static class SerialPorts
{
    /// <summary>Key of a machine's first serial port; the others follow.</summary>
    public const int FirstKey = 9000;

    /// <summary>Key of the controller that serial ports hang on.</summary>
    public const int ControllerKey = 400;

    public static int KeyOf(SerialDevice device) => FirstKey + device.Index;

    /// <summary>A port as clients see it.</summary>
    public static VirtualSerialPort ToContract(SerialDevice device)
    {
        var backing = device.Backing;
        return new VirtualSerialPort
        {
            Key = KeyOf(device),
            DeviceInfo = new Description { Label = $"Serial port {device.Index + 1}", Summary = Summary(backing) },
            Backing = ToContract(backing),
            Connectable = new VirtualDeviceConnectInfo
            {
                StartConnected = device.StartConnected,
                AllowGuestControl = device.AllowGuestControl,
                Connected = device.Connected,
                Status = Word(device.Status),
            },
            ControllerKey = ControllerKey,
            UnitNumber = device.Index,
            YieldOnPoll = device.YieldOnPoll,
        };
    }

    /// <summary>A backing as the machine knows it.</summary>
    /// <param name="info">As the API gave it.</param>
    /// <returns>Null for one that no serial port can have.</returns>
    public static SerialBacking? FromContract(VirtualDeviceBackingInfo info) => info switch
    {
        VirtualSerialPortURIBackingInfo network => new NetworkBacking(network.ServiceUri, network.Direction, network.ProxyUri),
        VirtualSerialPortFileBackingInfo file => new FileBacking(file.FileName),
        VirtualSerialPortPipeBackingInfo pipe => new PipeBacking(pipe.PipeName, pipe.Endpoint, pipe.NoRxLoss ?? false),
        VirtualSerialPortDeviceBackingInfo device => new DeviceBacking(device.DeviceName),
        _ => null,
    };

    /// <summary>A backing as the API has it.</summary>
    public static VirtualDeviceBackingInfo ToContract(SerialBacking backing) => backing switch
    {
        NetworkBacking network => new VirtualSerialPortURIBackingInfo
        {
            ServiceUri = network.ServiceUri,
            Direction = network.Direction,
            ProxyUri = network.ProxyUri,
        },
        FileBacking file => new VirtualSerialPortFileBackingInfo { FileName = file.FileName },
        PipeBacking pipe => new VirtualSerialPortPipeBackingInfo
        {
            PipeName = pipe.PipeName,
            Endpoint = pipe.Endpoint,
            NoRxLoss = pipe.NoRxLoss,
        },
        DeviceBacking device => new VirtualSerialPortDeviceBackingInfo { DeviceName = device.DeviceName },
        _ => throw new InvalidOperationException($"A serial port has no backing of type {backing.GetType().Name}."),
    };

    /// <summary>govc's own tests expect exactly these texts.</summary>
    private static string Summary(SerialBacking backing) => backing switch
    {
        NetworkBacking network => $"Remote {network.ServiceUri}",
        FileBacking file => $"File {file.FileName}",
        PipeBacking pipe => $"Pipe {pipe.PipeName}",
        DeviceBacking device => $"Device {device.DeviceName}",
        _ => "",
    };

    private static string Word(ConnectionStatus status) => status switch
    {
        ConnectionStatus.Ok => "ok",
        ConnectionStatus.RecoverableError => "recoverableError",
        ConnectionStatus.UnrecoverableError => "unrecoverableError",
        _ => "untried",
    };
}
