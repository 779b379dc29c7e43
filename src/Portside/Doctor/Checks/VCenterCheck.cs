using Portside.VSphere.Client;

namespace Portside.Doctor.Checks;

/// <summary>vSphere answers and lets us in.</summary>
/// <param name="machine">The machine.</param>
internal sealed class VCenterCheck(MachineCase machine) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "vcenter";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        if (machine.Connect is null)
            return Finding.Skipped("vSphere is left out (--no-vcenter)");
        try
        {
            var session = machine.Session = await machine.Connect(cancellation);
            machine.Hosts = new(session);
            return Finding.Ok($"{session.Url.Authority} is {session.About.FullName} and lets {session.Options.UserName} in");
        }
        catch (VSphereException e)
        {
            return Finding.Broken(e.Message, e.Next ?? "portside context show");
        }
    }
}
