using Portside.VSphere.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The machine has a network serial port.</summary>
/// <param name="machine">The machine.</param>
internal sealed class DeviceCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "device";

    /// <inheritdoc/>
    public override Task<Finding> RunAsync(CancellationToken cancellation)
    {
        if (machine.Machine is not { } found)
        {
            machine.Ports = [new PortCase(machine.Selector, null)];
            return Task.FromResult(Finding.Skipped("vSphere is left out"));
        }

        var (finding, ports) = Decide(found, machine.Which, machine.Word, machine.Ensure);
        machine.Ports = [.. ports.Select(port => new PortCase(port.Label ?? port.Name, port))];
        return Task.FromResult(finding);
    }

    internal static (Finding Finding, IReadOnlyList<NetworkSerialPort> Ports) Decide(InventoryMachine found, string? which, string word, string ensure)
    {
        if (!found.IsReadable)
            return (Finding.Unknown("its configuration cannot be read: the account needs System.Read on it"), []);
        if (found.Ports.Count == 0)
        {
            return (Finding.Broken(
                found.OtherPorts == 0
                    ? "it has no serial port"
                    : $"it has {found.OtherPorts} serial port(s), none with a network behind it: a file, a pipe or a device of the host reaches no concentrator",
                ensure), []);
        }

        IReadOnlyList<NetworkSerialPort> ports = which is null
            ? found.Ports
            : [.. found.Ports.Where(port => port.IsNamed(which))];
        return ports.Count == 0
            ? (Finding.Broken($"it has no port '{which}', but {string.Join(", ", found.Ports.Select(Shown))}", $"portside port ls {word}"), [])
            : (Finding.Ok(string.Join("; ", ports.Select(Shown))), ports);
    }

    private static string Shown(NetworkSerialPort port) =>
        $"{port.Name} ({port.Key}), {port.Direction} {port.ServiceUri}, {(port.ProxyUri is null ? "without a concentrator" : $"by {port.ProxyUri}")}";
}
