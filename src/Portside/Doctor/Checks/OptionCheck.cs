using Portside.Output;
using Portside.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The machine's host offers network serial ports for its hardware version.</summary>
/// <param name="machine">The machine.</param>
internal sealed class OptionCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "option";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        var version = machine.Machine?.HardwareVersion;
        var directions = machine.Ports.Select(port => port.Device?.Direction).OfType<string>().Distinct().ToList();
        return await HostFindings.AskAsync(machine, (checks, host) => checks.SupportAsync(host, version, cancellation)) is { } answers
            ? Decide([.. answers.Select(answer => HostVerdicts.Option(answer, version, directions, machine.Word))], machine.Machine?.HostName, machine.Word)
            : Finding.Skipped("vSphere is left out");
    }

    /// <summary>Decides by the machine's own host: where it cannot move to, it has a console all the same.</summary>
    /// <param name="verdicts">Verdicts on hosts, the machine's own first.</param>
    /// <param name="own">Name of the machine's own host.</param>
    /// <param name="word">The machine as a word of a command line.</param>
    internal static Finding Decide(IReadOnlyList<HostVerdict> verdicts, string? own, string word)
    {
        if (verdicts is not [var here, ..] || (own is not null && here.Host != own))
            return Finding.Unknown("the account does not see the machine's host");
        var finding = HostFindings.Of([here]);
        if (finding.State == CheckState.Broken && verdicts.FirstOrDefault(verdict => verdict.IsRight == true) is { } elsewhere)
            return finding with { Repair = $"govc vm.migrate -host {ShellWord.Of(elsewhere.Host)} {word}" };
        var without = verdicts.Where(verdict => verdict.IsRight == false).Select(verdict => verdict.Host).ToList();
        return finding.State == CheckState.Ok && without.Count > 0
            ? finding with { Evidence = $"{finding.Evidence}; but not by {string.Join(", ", without)}: it cannot move there" }
            : finding;
    }
}
