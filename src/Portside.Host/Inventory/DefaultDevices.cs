using Portside.Host.Machines;
using Portside.VSphere.Contracts;

namespace Portside.Host.Inventory;

/// <summary>The controllers that every machine has.</summary>
internal static class DefaultDevices
{
    private static readonly VirtualDevice[] Shared =
    [
        New(new VirtualPCIController(), 100, "PCI controller 0"),
        New(new VirtualIDEController(), 200, "IDE 0"),
        New(new VirtualIDEController { BusNumber = 1 }, 201, "IDE 1"),
        New(new VirtualPS2Controller(), 300, "PS2 controller 0"),
    ];

    /// <summary>Whether a key is one of theirs.</summary>
    public static bool Has(int key) => key == SerialPorts.ControllerKey || Array.Exists(Shared, device => device.Key == key);

    /// <summary>All devices of a machine: controllers, serial ports, others.</summary>
    public static IReadOnlyList<VirtualDevice> With(IReadOnlyList<SerialDevice> ports, IEnumerable<VirtualDevice> others) =>
    [
        .. Shared,
        New(new VirtualSIOController { Device = [.. ports.Select(SerialPorts.KeyOf)] }, SerialPorts.ControllerKey, "SIO controller 0"),
        .. others,
        .. ports.Select(SerialPorts.ToContract),
    ];

    private static VirtualController New(VirtualController controller, int key, string label)
    {
        controller.Key = key;
        controller.DeviceInfo = new Description { Label = label, Summary = label };
        return controller;
    }
}
