using Portside.VSphere.Client;
using Portside.VSphere.Contracts;

namespace Portside.VSphere.SerialPorts;

/// <summary>Watches what becomes of ports after they were changed.</summary>
public static class PortWatch
{
    /// <summary>Waits until ports that are to be connected are, or cannot be.</summary>
    /// <param name="session">Where.</param>
    /// <param name="machine">The machine, as it was read after the change.</param>
    /// <param name="keys">Its ports that matter.</param>
    /// <param name="within">How long a host may take to connect.</param>
    /// <param name="clock">Counts the time.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The ports as they are then. A server that says no status, as a simulator, is not waited for.</returns>
    /// <exception cref="VSphereException">The machine could not be watched.</exception>
    public static async Task<IReadOnlyList<NetworkSerialPort>> SettleAsync(
        VSphereSession session, InventoryMachine machine, IReadOnlyList<int> keys, TimeSpan within, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(machine);
        var ports = Of(machine.Ports);
        if (!machine.IsOn || ports.All(IsSettled))
            return ports;
        using var limit = new CancellationTokenSource(within, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            PropertySpec[] properties = [new() { OfType = "VirtualMachine", PathSet = ["config.hardware.device"] }];
            await foreach (var update in session.WatchAsync([machine.Reference], properties, patience.Token).ConfigureAwait(false))
            {
                var change = update.ChangeSet.LastOrDefault(change => change.Name == "config.hardware.device");
                if (change?.Val?.Value is not System.Collections.IEnumerable devices)
                    continue;
                ports = Of(Inventory.PortsOf(devices.OfType<VirtualSerialPort>()));
                if (ports.All(IsSettled))
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It takes longer than was to be waited for: the ports are told as they are.
        }

        return ports;

        List<NetworkSerialPort> Of(IReadOnlyList<NetworkSerialPort> all) => [.. all.Where(port => keys.Contains(port.Key))];
    }

    private static bool IsSettled(NetworkSerialPort port) => !port.Connected || port.Status is null or "ok" or "unrecoverableError";
}
