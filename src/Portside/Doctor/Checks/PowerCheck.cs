using Portside.Output;
using Portside.VSphere.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The machine is on.</summary>
/// <param name="machine">The machine.</param>
internal sealed class PowerCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "power";

    /// <inheritdoc/>
    public override Task<Finding> RunAsync(CancellationToken cancellation) =>
        Task.FromResult(machine.Machine is { } found ? Decide(found, machine.Word, machine.Ensure(null)) : Finding.Skipped("vSphere is left out"));

    internal static Finding Decide(InventoryMachine found, string word, string ensure) => found switch
    {
        { ConnectionState: "disconnected" or "notResponding" } => Finding.Broken(
            $"vCenter sees the machine as {found.ConnectionState}: its host, {found.HostName ?? "which the account does not see"}, {(found.ConnectionState == "disconnected" ? "is disconnected from it" : "does not answer it")}",
            $"govc host.reconnect -host {ShellWord.Of(found.HostName ?? "HOST")}"),
        { ConnectionState: not (null or "connected") } => Finding.Broken(
            $"vCenter sees the machine as {found.ConnectionState}: its files are not to be had, or its host knows it no more", $"govc vm.info {word}"),
        { IsOn: true } => Finding.Ok("it is on"),
        { PowerState: null } => Finding.Unknown("the account may not see whether it is on"),
        { PowerState: "suspended" } => Finding.Broken("it is suspended: its serial ports have no connection", $"govc vm.power -on {word}"),

        // Switched on first, it would have to be switched off again for its port.
        { IsReadable: true, Ports.Count: 0 } => Finding.Broken($"it is switched off, and {DeviceCheck.Lack(found)}; one is added while the machine is off alone", DeviceCheck.WithPower(ensure, word)),
        _ => Finding.Broken("it is switched off: its serial ports have no connection", $"govc vm.power -on {word}"),
    };
}
