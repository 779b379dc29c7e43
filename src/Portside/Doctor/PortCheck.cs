namespace Portside.Doctor;

/// <summary>A check of each port that is looked into.</summary>
/// <param name="machine">The machine.</param>
internal abstract class PortCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        if (machine.Ports.Count == 0)
            return Finding.Skipped("there is no port to look at");
        var findings = new List<(string, Finding)>();
        foreach (var port in machine.Ports)
            findings.Add((port.Title, await RunAsync(port, cancellation)));
        return Finding.OfAll(findings);
    }

    /// <summary>Looks at one port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What was found.</returns>
    protected abstract Task<Finding> RunAsync(PortCase port, CancellationToken cancellation);
}
