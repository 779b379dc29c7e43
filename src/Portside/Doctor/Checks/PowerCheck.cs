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
        Task.FromResult(machine.Machine is { } found ? Decide(found, machine.Word) : Finding.Skipped("vSphere is left out"));

    internal static Finding Decide(InventoryMachine found, string word) => found switch
    {
        { ConnectionState: not (null or "connected") } => Finding.Broken(
            $"vCenter sees the machine as {found.ConnectionState}: its host does not answer", $"govc host.info {found.HostName ?? "HOST"}"),
        { IsOn: true } => Finding.Ok("it is on"),
        { PowerState: null } => Finding.Unknown("the account may not see whether it is on"),
        { PowerState: "suspended" } => Finding.Broken("it is suspended: its serial ports have no connection", $"govc vm.power -on {word}"),
        _ => Finding.Broken("it is switched off: its serial ports have no connection", $"govc vm.power -on {word}"),
    };
}
