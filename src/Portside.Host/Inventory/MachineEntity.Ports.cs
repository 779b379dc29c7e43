using Portside.Host.Machines;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <content>Its serial ports one at a time, as the automation API has them; each change is a task like any other.</content>
public sealed partial class MachineEntity
{
    /// <summary>The port with a device key; null if there is none.</summary>
    internal SerialDevice? FindPort(int key) => Machine.Devices.FirstOrDefault(device => SerialPorts.KeyOf(device) == key);

    /// <summary>Adds a port.</summary>
    /// <param name="call">Who wants it.</param>
    /// <param name="backing">What it is connected to.</param>
    /// <param name="flags">How it is to be.</param>
    /// <returns>Its device key.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException">It cannot be had.</exception>
    internal async Task<int> AddPortAsync(MethodCall call, VirtualDeviceBackingInfo backing, SerialDeviceEdit flags)
    {
        call.Demand(this, Privileges.AddRemoveDevice);
        var key = 0;
        await ChangePortsAsync(call, async () =>
        {
            var before = Machine.Devices.Select(SerialPorts.KeyOf).ToHashSet();
            await ReconfigureAsync(
                Spec("add", new VirtualSerialPort
                {
                    Key = -1,
                    Backing = backing,
                    YieldOnPoll = flags.YieldOnPoll ?? false,
                    Connectable = new VirtualDeviceConnectInfo
                    {
                        StartConnected = flags.StartConnected ?? false,
                        AllowGuestControl = flags.AllowGuestControl ?? false,
                    },
                }),
                call.Caller.User.Name).ConfigureAwait(false);
            key = Machine.Devices.Select(SerialPorts.KeyOf).First(now => !before.Contains(now));
        }).ConfigureAwait(false);
        return key;
    }

    /// <summary>Takes a port away.</summary>
    /// <param name="call">Who wants it.</param>
    /// <param name="key">Its device key.</param>
    /// <returns>When it is done.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException">It cannot be done.</exception>
    internal Task RemovePortAsync(MethodCall call, int key)
    {
        call.Demand(this, Privileges.AddRemoveDevice);
        return ChangePortsAsync(call, () => ReconfigureAsync(Spec("remove", new VirtualSerialPort { Key = key }), call.Caller.User.Name));
    }

    /// <summary>Changes a port: what is null stays, and a connection is touched only if <see cref="SerialDeviceEdit.Connected"/> or the backing says so.</summary>
    /// <param name="call">Who wants it.</param>
    /// <param name="device">The port.</param>
    /// <param name="read">What changes, decided when it is the call's turn.</param>
    /// <returns>When it is done.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException">It cannot be done.</exception>
    internal Task EditPortAsync(MethodCall call, SerialDevice device, Func<SerialDeviceEdit> read) => ChangePortsAsync(call, async () =>
    {
        if (!Machine.Devices.Contains(device))
            throw Fault.InvalidDevice(new DeviceNotFound(), 0, "device.key", $"there is no device {SerialPorts.KeyOf(device)} any more.");
        var edit = read();
        await Machine.ReconfigureAsync(device, edit).ConfigureAwait(false);
        Change(static config => config);
        Inventory.Objects.Tell(this, "config");
        Inventory.Objects.Tell(this, "summary");
        Inventory.Changed(this);
        Inventory.Events.Add(new VmReconfiguredEvent { ConfigSpec = new VirtualMachineConfigSpec() }, this, call.Caller.User.Name, $"Reconfigured {Name} on {Host.Name}");
    });

    private Task ChangePortsAsync(MethodCall call, Func<Task> work) => Inventory.Tasks.RunAsync(
        call,
        "ReconfigVM_Task",
        "VirtualMachine.reconfigure",
        this,
        async run =>
        {
            run.Commit();
            await work().ConfigureAwait(false);
            return (VimValue?)null;
        });

    private static VirtualMachineConfigSpec Spec(string operation, VirtualSerialPort port) =>
        new() { DeviceChange = [new VirtualDeviceConfigSpec { Operation = operation, Device = port }] };
}
