using System.Globalization;
using Portside.Host.Machines;
using Portside.VSphere.Contracts;

namespace Portside.Host.Inventory;

/// <summary>What each hardware version offers. What clients ask is whether serial ports may have a network socket behind them.</summary>
internal static class ConfigOptions
{
    /// <summary>The version of a machine that asks for none.</summary>
    public const string DefaultKey = "vmx-13";

    /// <summary>Hardware versions, oldest first: those of ESXi 5.0 to 8.0.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [.. new[] { 8, 9, 10, 11, 13, 14, 15, 17, 18, 19, 20, 21 }.Select(version => $"vmx-{version:00}")];

    public static string Describe(string key) => $"Hardware version {Number(key)}";

    /// <summary>The answer to QueryConfigOption.</summary>
    /// <param name="key">Hardware version.</param>
    /// <param name="hasNetwork">Whether serial ports may have a network socket: a host without is for tests of clients.</param>
    public static VirtualMachineConfigOption For(string key, bool hasNetwork) => new()
    {
        Version = key,
        Description = Describe(key),
        Datastore = new DatastoreOption(),
        SupportedMonitorType = ["release"],
        HardwareOptions = new VirtualHardwareOption
        {
            HwVersion = Number(key),
            VirtualDeviceOption = [SerialPort(hasNetwork), SioController()],
            NumCpu = [1, 2, 4, 8, 16],
            NumCoresPerSocket = Numbers(1, 16, 1),
            MemoryMB = new LongOption { Min = 4, Max = 1 << 20, DefaultValue = 1024 },
            NumPciControllers = Numbers(1, 1, 1),
            NumIdeControllers = Numbers(2, 2, 2),
            NumUsbControllers = Numbers(0, 1, 0),
            NumUsbXhciControllers = Numbers(0, 1, 0),
            NumSioControllers = Numbers(1, 1, 1),
            NumPS2Controllers = Numbers(1, 1, 1),
        },
    };

    private static VirtualSerialPortOption SerialPort(bool hasNetwork) => new()
    {
        OfType = "VirtualSerialPort",
        ConnectOption = new VirtualDeviceConnectOption { StartConnected = Flag(true), AllowGuestControl = Flag(true) },
        ControllerType = "VirtualSIOController",
        AutoAssignController = Flag(true),
        BackingOption =
        [
            .. hasNetwork ? [NetworkOption()] : Array.Empty<VirtualDeviceBackingOption>(),
            new VirtualSerialPortFileBackingOption { OfType = "VirtualSerialPortFileBackingInfo" },
            new VirtualSerialPortPipeBackingOption
            {
                OfType = "VirtualSerialPortPipeBackingInfo",
                Endpoint = Choice("client", "server"),
                NoRxLoss = Flag(false),
            },
            new VirtualSerialPortDeviceBackingOption
            {
                OfType = "VirtualSerialPortDeviceBackingInfo",
                AutoDetectAvailable = new BoolOption(),
            },
        ],
        DefaultBackingOptionIndex = 0,
        YieldOnPoll = Flag(true),
    };

    private static VirtualSerialPortURIBackingOption NetworkOption() => new()
    {
        OfType = "VirtualSerialPortURIBackingInfo",
        Directions = Choice("server", "client"),
    };

    private static VirtualSIOControllerOption SioController() => new()
    {
        OfType = "VirtualSIOController",
        Devices = Numbers(0, VirtualMachine.MaxPorts + 5, 0),
        SupportedDevice = ["VirtualSerialPort", "VirtualParallelPort", "VirtualFloppy"],
        NumFloppyDrives = Numbers(0, 2, 0),
        NumSerialPorts = Numbers(0, VirtualMachine.MaxPorts, 0),
        NumParallelPorts = Numbers(0, 3, 0),
    };

    private static ChoiceOption Choice(params IEnumerable<string> keys) => new()
    {
        ChoiceInfo =
        [
            .. keys.Select(key => new ElementDescription
            {
                Label = key,
                Summary = key,
                Key = key,
            }),
        ],
        DefaultIndex = 0,
    };

    private static BoolOption Flag(bool value) => new() { Supported = true, DefaultValue = value };

    private static IntOption Numbers(int min, int max, int value) => new()
    {
        Min = min,
        Max = max,
        DefaultValue = value,
    };

    private static int Number(string key) => int.Parse(key.AsSpan(key.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
}
