using System.Net;
using Portside.Api.Remote;
using Portside.Output;
using Portside.SerialPorts;
using Portside.VSphere.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>There is such a machine, and one alone.</summary>
/// <param name="machine">The machine.</param>
internal sealed class MachineExistsCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "machine";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        if (machine.Session is not { } session)
            return await AskConcentratorAsync(cancellation);
        var inventory = await Inventory.ReadAsync(session, null, cancellation);
        if (machine.Datacenter is { } datacenter)
        {
            if (inventory.Within(datacenter) is not { } part)
                return Finding.Broken($"there is no datacenter '{datacenter}'", $"portside doctor {machine.Word} without --datacenter and GOVC_DATACENTER");
            inventory = part;
        }

        machine.Inventory = inventory;
        var (finding, found) = Decide(PortTargets.Find(inventory, machine.Selector, tags: null));
        machine.Machine = found;
        return finding;
    }

    // Without vSphere the machine is what the concentrator calls a port.
    private async Task<Finding> AskConcentratorAsync(CancellationToken cancellation)
    {
        if (machine.Server is null)
            return Finding.Skipped("vSphere is left out");
        try
        {
            var port = await machine.Concentrator.GetPortAsync(machine.Selector, cancellation);
            return Finding.Skipped($"vSphere is left out; the concentrator has the port {PortTables.Title(port)}");
        }
        catch (ApiException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            var others = RejectionMatch.Others(await machine.Concentrator.GetRejectedAsync(cancellation), machine.Clock.GetUtcNow());
            return Finding.Broken($"{e.Message.TrimEnd('.', '?')}{others}", "portside ls");
        }
    }

    internal static (Finding Finding, InventoryMachine? Machine) Decide(MachineSelection selection)
    {
        if (selection.Machines is [var one])
        {
            return (Finding.Ok($"{one.Path} on {one.HostName ?? "a host that the account does not see"}, UUID {one.InstanceUuid ?? one.BiosUuid ?? "unknown"}"), one);
        }

        if (selection.Machines.Count > 1)
            selection = selection with { Problem = $"'{selection.Text}' fits {selection.Machines.Count} machines; say which by its path", Candidates = selection.Machines };
        var next = selection.Candidates is { Count: > 0 } candidates ? $"portside doctor {ShellWord.Of(candidates[0].Path)}" : "portside port ls";
        return (Finding.Broken(PortTargets.Explain(selection), next), null);
    }
}
