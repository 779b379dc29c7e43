namespace Portside.Doctor.Checks;

/// <summary>The certificate served is the one that the proxy URI asks for.</summary>
/// <param name="machine">The machine.</param>
internal sealed class CertificateCheck(MachineCase machine) : PortCheck(machine)
{
    private readonly MachineCase _machine = machine;

    /// <inheritdoc/>
    public override string Name => "certificate";

    /// <inheritdoc/>
    protected override Task<Finding> RunAsync(PortCase port, CancellationToken cancellation) => Task.FromResult(
        port.Proxy is not { } proxy ? Finding.Skipped("there is no proxy to look at")
        : !proxy.RequiresTls ? Finding.Skipped("the proxy URI asks for no TLS")
        : port.Seen.FirstOrDefault(seen => seen.Check == "certificate") is not { } seen ? Finding.Unknown("no certificate was seen")
        : seen.Result switch
        {
            "ok" => Finding.Ok(seen.Detail),
            "unknown" => Finding.Unknown(seen.Detail),
            _ => Finding.Broken($"{seen.Where}: {seen.Detail}: hosts hang up", _machine.Ensure(port, seen.LacksTls ? "--plain" : null)),
        });
}
