using System.Globalization;
using Portside.VSphere.Contracts;

namespace Portside.VSphere.SerialPorts;

/// <summary>A serial port of a machine with a network socket behind it.</summary>
public sealed record NetworkSerialPort
{
    private readonly VirtualSerialPort _device;

    private NetworkSerialPort(VirtualSerialPort device, VirtualDeviceURIBackingInfo backing)
    {
        _device = device;
        Backing = backing;
    }

    /// <summary>Names the device within its machine: 9000 and up on vSphere.</summary>
    public int Key => _device.Key;

    /// <summary>What vSphere calls it, such as <c>Serial port 1</c>.</summary>
    public string Name => _device.DeviceInfo?.Label is { Length: > 0 } label ? label : $"serial port {Key}";

    /// <summary>What lies behind: where to connect, or where the machine listens; text for the proxy where there is one.</summary>
    public string ServiceUri => Backing.ServiceUri;

    /// <summary><c>client</c> or <c>server</c>.</summary>
    public string Direction => Backing.Direction;

    /// <summary>The concentrator; null without one.</summary>
    public string? ProxyUri => Backing.ProxyUri;

    /// <summary>What tells ports of one machine apart (<c>?port=LABEL</c> in the service URI); null without one.</summary>
    public string? Label => ServiceText.LabelOf(ServiceUri);

    /// <summary>Whether it is to be connected when the machine is switched on.</summary>
    public bool StartConnected => _device.Connectable?.StartConnected ?? true;

    /// <summary>Whether the guest may connect and disconnect it.</summary>
    public bool AllowGuestControl => _device.Connectable?.AllowGuestControl ?? true;

    /// <summary>Whether it is to be connected now; means something while the machine is on only.</summary>
    public bool Connected => _device.Connectable?.Connected ?? false;

    /// <summary><c>ok</c>, <c>recoverableError</c>, <c>unrecoverableError</c> or <c>untried</c>; null where the server says nothing.</summary>
    public string? Status => _device.Connectable?.Status is { Length: > 0 } status ? status : null;

    /// <summary>Whether a guest that asks for input again and again gives the processor away.</summary>
    public bool YieldOnPoll => _device.YieldOnPoll;

    internal VirtualSerialPort Device => _device;

    internal VirtualDeviceURIBackingInfo Backing { get; }

    /// <summary>A device as a port.</summary>
    /// <param name="device">A serial port.</param>
    /// <returns>Null if something else than a network socket is behind it.</returns>
    public static NetworkSerialPort? Of(VirtualSerialPort device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Backing is VirtualDeviceURIBackingInfo backing ? new(device, backing) : null;
    }

    /// <summary>Whether people who write a text mean this port.</summary>
    /// <param name="text">Its label, its name in vSphere in any case, its number in that name, or its device key.</param>
    /// <returns>False also where other ports of the machine have no such name.</returns>
    public bool IsNamed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Label == text
            || Name.Equals(text, StringComparison.OrdinalIgnoreCase)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && (Key == number || Name.Equals($"Serial port {number}", StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Whether it should be connected, as the machine is on, and is not.</summary>
    /// <param name="powerState">The machine's power state.</param>
    /// <returns>True after a concentrator's outage, for instance.</returns>
    public bool IsLost(string? powerState) =>
        powerState == "poweredOn" && (Connected ? Status is "recoverableError" or "unrecoverableError" : StartConnected);
}
