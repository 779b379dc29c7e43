using Portside.VSphere.Client;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.SerialPorts;

/// <summary>Makes machines' serial ports what is wished, by <c>ReconfigVM_Task</c>.</summary>
/// <param name="session">Where.</param>
public sealed class PortApplier(VSphereSession session)
{
    // How often a machine that changes under our hands is looked at again before that is a failure.
    private const int Attempts = 4;

    /// <summary>Carries out what is wished of one machine, if anything is left to do.</summary>
    /// <param name="machine">The machine as it was read.</param>
    /// <param name="wishes">What is wished of its ports.</param>
    /// <param name="started">Told the task that makes the change; null for nobody.</param>
    /// <param name="progress">Told the percentage; null for nobody.</param>
    /// <param name="cancellation">Gives up waiting; a change that was begun goes on.</param>
    /// <returns>The plan as it was carried out, the machine as it is then, and the keys of the ports that were changed or added.</returns>
    /// <exception cref="PortWishException">The wishes make no sense for the machine.</exception>
    /// <exception cref="VSphereException">It could not be done; nothing of it is, unless the connection broke.</exception>
    public async Task<PortOutcome> ApplyAsync(
        InventoryMachine machine,
        IReadOnlyList<PortWish> wishes,
        Action<ManagedObjectReference>? started,
        IProgress<int>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(machine);
        for (var attempt = 1; ; attempt++)
        {
            var plan = PortPlanner.Plan(machine, wishes);
            if (plan.Problem is { } problem)
                throw new PortWishException($"{machine.Path}: {problem}");
            if (plan.Changes.Count == 0)
                return new PortOutcome(plan, machine, []);
            try
            {
                var task = await session.StartAsync("ReconfigVM_Task", machine.Reference, [("spec", VimValue.Of(Spec(plan)))], cancellation).ConfigureAwait(false);
                started?.Invoke(task);
                await session.WaitForTaskAsync(task, progress, cancellation).ConfigureAwait(false);
                var now = await Inventory.ReadAgainAsync(session, machine, cancellation).ConfigureAwait(false);

                // New ports have keys of the server's choice.
                var before = machine.Ports.Select(port => port.Key).ToHashSet();
                var edited = plan.Changes.Where(change => change.Operation == "edit").Select(change => change.Port!.Key).ToHashSet();
                return new PortOutcome(plan, now, [.. now.Ports.Select(port => port.Key).Where(key => edited.Contains(key) || !before.Contains(key))]);
            }
            catch (VSphereFaultException e) when (e.Is("ConcurrentAccess") && attempt < Attempts)
            {
            }
            catch (VSphereFaultException e) when (e.Fault is TaskInProgress { Task: { } other } && attempt < Attempts)
            {
                await EndAsync(other, cancellation).ConfigureAwait(false);
            }

            machine = await Inventory.ReadAgainAsync(session, machine, cancellation).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(ManagedObjectReference task, CancellationToken cancellation)
    {
        try
        {
            await session.WaitForTaskAsync(task, null, cancellation).ConfigureAwait(false);
        }
        catch (VSphereFaultException)
        {
            // How somebody else's task ends is theirs.
        }
    }

    private static VirtualMachineConfigSpec Spec(MachinePlan plan) => new()
    {
        ChangeVersion = plan.Machine.ChangeVersion is { Length: > 0 } version ? version : null,
        DeviceChange = [.. plan.Changes.Select((change, index) => new VirtualDeviceConfigSpec { Operation = change.Operation, Device = Device(change, -1 - index) })],
    };

    private static VirtualSerialPort Device(PortChange change, int placeholder)
    {
        if (change.Port is not { } port)
        {
            return new VirtualSerialPort
            {
                Key = placeholder,
                Backing = new VirtualSerialPortURIBackingInfo { ServiceUri = change.ServiceUri, Direction = change.Direction, ProxyUri = change.ProxyUri },
                Connectable = new VirtualDeviceConnectInfo { StartConnected = change.StartConnected, AllowGuestControl = change.AllowGuestControl, Connected = change.Connected },
                YieldOnPoll = change.YieldOnPoll,
            };
        }

        if (change.Operation == "remove")
            return port.Device;

        // The device goes back as it was read, with what a newer server put in, and with the changes.
        var was = port.Device;
        return new VirtualSerialPort
        {
            Unknown = was.Unknown,
            Key = was.Key,
            DeviceInfo = was.DeviceInfo,
            Backing = new VirtualSerialPortURIBackingInfo
            {
                Unknown = port.Backing.Unknown,
                ServiceUri = change.ServiceUri,
                Direction = change.Direction,
                ProxyUri = change.ProxyUri,
            },
            Connectable = new VirtualDeviceConnectInfo
            {
                Unknown = was.Connectable?.Unknown ?? [],
                StartConnected = change.StartConnected,
                AllowGuestControl = change.AllowGuestControl,
                Connected = change.Connected,
                Status = was.Connectable?.Status,
            },
            SlotInfo = was.SlotInfo,
            ControllerKey = was.ControllerKey,
            UnitNumber = was.UnitNumber,
            YieldOnPoll = change.YieldOnPoll,
        };
    }
}
