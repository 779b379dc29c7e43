using Portside.Output;
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

        var (finding, ports) = Decide(found, machine.Which, machine.Word, machine.Ensure(null));
        machine.Ports = [.. ports.Select(port => new PortCase(port.Label ?? port.Name, port))];
        return Task.FromResult(finding);
    }

    internal static (Finding Finding, IReadOnlyList<NetworkSerialPort> Ports) Decide(InventoryMachine found, string? which, string word, string ensure)
    {
        if (!found.IsReadable)
            return (Finding.Unknown("its configuration cannot be read: the account needs System.Read on it"), []);
        if (found.Ports.Count == 0)
        {
            var lack = Lack(found);
            return (found.IsOn
                ? Finding.Broken($"{lack}; one is added while the machine is off alone, and the first of these commands cuts its power: shut its guest down instead where that matters", $"govc vm.power -off {word} && {WithPower(ensure, word)}")
                : Finding.Broken(lack, ensure), []);
        }

        IReadOnlyList<NetworkSerialPort> ports = which is null
            ? found.Ports
            : [.. found.Ports.Where(port => port.IsNamed(which))];
        return ports.Count == 0
            ? (Finding.Broken($"it has no port '{which}', but {string.Join(", ", found.Ports.Select(Shown))}", $"portside port ls {word}"), [])
            : (Finding.Ok(string.Join("; ", ports.Select(Shown))), ports);
    }

    /// <summary>What is wrong with a machine that has no network serial port.</summary>
    internal static string Lack(InventoryMachine found) => found.OtherPorts == 0
        ? "it has no serial port"
        : $"it has {Number.Of(found.OtherPorts, "serial port")}, none with a network behind it: a file, a pipe or a device of the host reaches no concentrator";

    /// <summary>The command that gives a machine that is off a port, and switches it on.</summary>
    internal static string WithPower(string ensure, string word) => $"{ensure} && govc vm.power -on {word}";

    private static string Shown(NetworkSerialPort port) =>
        $"{port.Name} ({port.Key}), {port.Direction} {port.ServiceUri}, {(port.ProxyUri is null ? "without a concentrator" : $"by {port.ProxyUri}")}";
}
