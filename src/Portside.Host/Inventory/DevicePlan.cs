using System.Collections.Immutable;
using Portside.Host.Machines;
using Portside.VSphere.Contracts;

namespace Portside.Host.Inventory;

/// <summary>What a spec's device changes come to: read and checked as a whole before anything is done, so that all or none happens.</summary>
internal sealed class DevicePlan
{
    private static readonly (string Type, int FirstKey)[] KeyRanges =
    [
        ("VirtualSCSIController", 1000),
        ("VirtualAHCIController", 15000),
        ("VirtualNVMEController", 31000),
        ("VirtualUSBController", 7000),
        ("VirtualUSBXHCIController", 14000),
        ("VirtualController", 1000),
        ("VirtualDisk", 2000),
        ("VirtualCdrom", 3000),
        ("VirtualEthernetCard", 4000),
        ("VirtualFloppy", 8000),
    ];

    /// <summary>Types that are neither modelled nor of one of those families, as vSphere 8 has them.</summary>
    private static readonly HashSet<string> OtherTypes = new(StringComparer.Ordinal)
    {
        "VirtualEnsoniq1371",
        "VirtualHdAudioCard",
        "VirtualKeyboard",
        "VirtualLsiLogicController",
        "VirtualMachineVMCIDevice",
        "VirtualMachineVMIROM",
        "VirtualMachineVideoCard",
        "VirtualNVDIMM",
        "VirtualNVDIMMController",
        "VirtualPCIController",
        "VirtualPCIPassthrough",
        "VirtualPS2Controller",
        "VirtualParallelPort",
        "VirtualPointingDevice",
        "VirtualPrecisionClock",
        "VirtualSATAController",
        "VirtualSCSIPassthrough",
        "VirtualSoundBlaster16",
        "VirtualSoundCard",
        "VirtualTPM",
        "VirtualUSB",
        "VirtualVmxnet3Vrdma",
        "VirtualWDT",
    };

    /// <summary>Devices that are no serial ports, at most.</summary>
    private const int MaxOthers = 512;

    private readonly List<VirtualDevice> _added = [];
    private readonly Dictionary<int, int> _placeholders = [];
    private readonly List<SerialDevice> _removes = [];
    private readonly List<(SerialBacking Backing, SerialDeviceEdit Flags)> _adds = [];
    private readonly List<(SerialDevice Device, SerialDeviceEdit Edit)> _edits = [];

    private DevicePlan(ImmutableSortedDictionary<int, VirtualDevice> devices) => Devices = devices;

    /// <summary>Devices that are no serial ports, as they will be.</summary>
    public ImmutableSortedDictionary<int, VirtualDevice> Devices { get; private set; }

    /// <summary>The first of the changes that is one of a serial port; null if none is.</summary>
    public int? FirstPort { get; private set; }

    /// <summary>Reads and checks changes.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="ports">Serial ports there are.</param>
    /// <param name="devices">Other devices there are.</param>
    /// <param name="powerState">The machine's; unless it is off, serial ports are neither added nor removed.</param>
    /// <param name="areKept">Whether they are of a machine that is made again as it was: what was taken once is taken then.</param>
    /// <exception cref="VSphere.Soap.VimFaultException">One cannot be done.</exception>
    public static DevicePlan Of(
        IReadOnlyList<VirtualDeviceConfigSpec> changes,
        IReadOnlyList<SerialDevice> ports,
        ImmutableSortedDictionary<int, VirtualDevice> devices,
        string powerState = "poweredOff",
        bool areKept = false)
    {
        var plan = new DevicePlan(devices);
        for (var index = 0; index < changes.Count; index++)
        {
            plan.Take(changes[index], index, ports, powerState, areKept);
            if (plan._removes.Count + plan._adds.Count + plan._edits.Count > 0)
                plan.FirstPort ??= index;
        }

        plan.JoinControllers();
        if (ports.Count - plan._removes.Count + plan._adds.Count > VirtualMachine.MaxPorts)
        {
            throw new VSphere.Soap.VimFaultException(
                new TooManyDevices { Property = "deviceChange" },
                $"A virtual machine has at most {VirtualMachine.MaxPorts} serial ports.");
        }

        return plan;
    }

    /// <summary>Adds the ports to a new machine.</summary>
    /// <param name="machine">The machine, which has none.</param>
    /// <param name="indexes">Their indexes, ascending; null for 0, 1 and so on.</param>
    public void AddTo(VirtualMachine machine, IReadOnlyList<int>? indexes) => AddPorts(machine, _adds, indexes);

    /// <summary>Adds ports to a machine that has none.</summary>
    /// <param name="machine">The machine, which never ran.</param>
    /// <param name="ports">What they are.</param>
    /// <param name="indexes">Their indexes, ascending; null for 0, 1 and so on.</param>
    public static void AddPorts(
        VirtualMachine machine,
        IReadOnlyList<(SerialBacking Backing, SerialDeviceEdit Flags)> ports,
        IReadOnlyList<int>? indexes)
    {
        // A machine gives the lowest free index: what fills the gaps is taken off again.
        List<SerialDevice> gaps = [];
        for (var i = 0; i < ports.Count; i++)
        {
            var wanted = indexes is not null && i < indexes.Count ? indexes[i] : i;
            while (machine.Devices.Count < wanted && machine.Devices.Count < VirtualMachine.MaxPorts - 1)
                gaps.Add(machine.AddPort(ports[i].Backing));
            machine.AddPort(ports[i].Backing, ports[i].Flags);
        }

        foreach (var gap in gaps)
            machine.RemovePortAsync(gap).GetAwaiter().GetResult(); // It never ran: nothing waits.
    }

    /// <summary>Does it.</summary>
    public async Task ApplyAsync(VirtualMachine machine, CancellationToken cancellation)
    {
        foreach (var device in _removes)
            await machine.RemovePortAsync(device).ConfigureAwait(false);
        foreach (var (backing, flags) in _adds)
            machine.AddPort(backing, flags);
        await Task.WhenAll(_edits.Select(edit => machine.ReconfigureAsync(edit.Device, edit.Edit, cancellation))).ConfigureAwait(false);
    }

    private void Take(VirtualDeviceConfigSpec change, int index, IReadOnlyList<SerialDevice> ports, string powerState, bool areKept)
    {
        if (change.Device is not { } device)
            throw Fault.InvalidDevice(new InvalidDeviceSpec(), index, "device", "it names no device.");
        var port = ports.FirstOrDefault(port => SerialPorts.KeyOf(port) == device.Key);
        if (port is not null && change.Operation is "edit" or "remove" && (_removes.Contains(port) || _edits.Any(edit => edit.Device == port)))
            throw Fault.InvalidDevice(new InvalidDeviceSpec(), index, "device.key", $"the device {device.Key} is changed twice.");
        switch (change.Operation)
        {
            case "add" when device is VirtualSerialPort added:
                RefuseUnlessOff(powerState);
                _adds.Add((CheckedBacking(added.Backing, index, required: true)!, Flags(added, null)));
                break;
            case "add" when !areKept && !IsKnown(device):
                throw Fault.InvalidDevice(new InvalidDeviceSpec(), index, "device", $"there is no type of device '{device.TypeName}'. A serial port is a VirtualSerialPort.");
            case "add":
                if (Devices.Count >= MaxOthers)
                {
                    throw new VSphere.Soap.VimFaultException(
                        new TooManyDevices { Property = "deviceChange" },
                        $"A virtual machine has at most {MaxOthers} devices that are no serial ports.");
                }

                var placeholder = device.Key;
                device.Key = NewKey(device);
                _added.Add(device);
                if (placeholder < 0)
                    _placeholders[placeholder] = device.Key;
                Devices = Devices.Add(device.Key, device);
                break;
            case "edit" when port is not null:
                if (device is not VirtualSerialPort edited)
                    throw Fault.InvalidDevice(new InvalidDeviceSpec(), index, "device.key", $"the device {device.Key} is a serial port.");
                _edits.Add((port, Flags(edited, CheckedBacking(edited.Backing, index, required: false))));
                break;
            case "remove" when port is not null:
                RefuseUnlessOff(powerState);
                _removes.Add(port);
                break;
            case "edit" when Devices.ContainsKey(device.Key):
                Devices = Devices.SetItem(device.Key, device);
                break;
            case "remove" when Devices.ContainsKey(device.Key) && device.Key >= 1000:
                Devices = Devices.Remove(device.Key);
                break;
            case "edit" or "remove" when DefaultDevices.Has(device.Key):
                if (change.Operation == "remove")
                    throw Fault.InvalidDevice(new InvalidDeviceOperation { BadOp = "remove" }, index, "device.key", $"the device {device.Key} is part of the machine.");
                break;
            case "edit" or "remove":
                throw Fault.InvalidDevice(new DeviceNotFound(), index, "device.key", $"there is no device {device.Key}.");
            case null:
                throw Fault.InvalidDevice(new InvalidDeviceSpec(), index, "operation", "the operation is missing: add, edit and remove are such.");
            default:
                throw Fault.InvalidDevice(
                    new InvalidDeviceOperation(), // pyVmomi gives up an answer with a word that it does not know.
                    index,
                    "operation",
                    $"'{change.Operation}' is not an operation: add, edit and remove are.");
        }
    }

    private static void RefuseUnlessOff(string powerState)
    {
        if (powerState != "poweredOff")
            throw Fault.InvalidPowerState("poweredOff", powerState);
    }

    /// <summary>A disk that comes with its controller names it by the key that the client made up for it.</summary>
    private void JoinControllers()
    {
        foreach (var device in _added)
        {
            if (device.ControllerKey is { } key && _placeholders.TryGetValue(key, out var controller))
                device.ControllerKey = controller;
        }
    }

    private static SerialBacking? CheckedBacking(VirtualDeviceBackingInfo? info, int index, bool required)
    {
        if (info is null)
        {
            return required
                ? throw Fault.InvalidDevice(new InvalidDeviceBacking(), index, "device.backing", "a serial port needs a backing.")
                : null;
        }

        var backing = SerialPorts.FromContract(info) ?? throw Fault.InvalidDevice(
            new InvalidDeviceBacking(),
            index,
            "device.backing",
            $"a serial port cannot have a backing of type {info.TypeName}.");
        return SerialDevice.Check(backing) is { } problem
            ? throw Fault.InvalidDevice(new InvalidDeviceBacking(), index, $"device.backing.{problem.Property}", problem.Text)
            : backing;
    }

    private static SerialDeviceEdit Flags(VirtualSerialPort device, SerialBacking? backing) => new()
    {
        Backing = backing,
        Connected = device.Connectable?.Connected,
        StartConnected = device.Connectable?.StartConnected,
        AllowGuestControl = device.Connectable?.AllowGuestControl,
        YieldOnPoll = device.YieldOnPoll,
    };

    /// <summary>A type that is modelled, or that vSphere has; a misspelt one would be a device that nobody asked for.</summary>
    private static bool IsKnown(VirtualDevice device) =>
        device.TypeName == device.Type.Name || OtherTypes.Contains(device.TypeName) || Array.Exists(KeyRanges, range => LooksLike(device.TypeName, range.Type));

    private int NewKey(VirtualDevice device)
    {
        var first = Array.Find(KeyRanges, range => device.Type.Is(range.Type) || LooksLike(device.TypeName, range.Type)).FirstKey;
        var key = first == 0 ? 10_000 : first;
        while (Devices.ContainsKey(key))
            key++;
        return key;
    }

    /// <summary>Types that are not modelled are told apart by name: <c>VirtualE1000</c> is a network card.</summary>
    private static bool LooksLike(string type, string family) => type == family || family switch
    {
        "VirtualEthernetCard" => type is "VirtualE1000" or "VirtualE1000e" or "VirtualVmxnet" or "VirtualVmxnet2" or "VirtualVmxnet3"
            or "VirtualPCNet32" or "VirtualSriovEthernetCard",
        "VirtualSCSIController" => type is "VirtualBusLogicController" or "VirtualLsiLogicSASController",
        _ => false,
    };
}
