using Portside.Host.Proxies;
using Portside.Lines.Uris;
using Portside.VSphere.Client;

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
        : proxy.Scheme != NetworkScheme.Telnets ? InBand(proxy)
        : port.Seen.FirstOrDefault(seen => seen.Check == "certificate") is not { } seen ? Finding.Unknown("no certificate was seen")
        : seen.Result switch
        {
            "ok" => Finding.Ok(seen.Detail),
            "unknown" => Finding.Unknown(seen.Detail),
            _ => Finding.Broken($"{seen.Where}: {seen.Detail}: hosts hang up", seen.Detail.StartsWith("no TLS", StringComparison.Ordinal) ? $"{_machine.Ensure} --plain" : _machine.Ensure),
        });

    // It begins within telnet there, which is not tried from here; the concentrator knows what it would show.
    private Finding InBand(ProxyUri proxy)
    {
        if (_machine.Server is not { } server || !_machine.MachinePorts.Contains(proxy.Port) || proxy.Parameters.Thumbprint is not { } wanted)
            return Finding.Unknown("TLS begins within telnet there, which is not tried from here");
        if (server.ThumbprintSha1 is null)
            return Finding.Broken("the proxy URI asks for a thumbprint, and TLS is turned off at the concentrator", $"{_machine.Ensure} --plain");
        return Same(wanted, server.ThumbprintSha1) || Same(wanted, server.ThumbprintSha256)
            ? Finding.Ok("the thumbprint in the proxy URI is the concentrator's")
            : Finding.Broken($"the proxy URI asks for the thumbprint {wanted}, and the concentrator's is {server.ThumbprintSha1}: hosts hang up", _machine.Ensure);
    }

    private static bool Same(string wanted, string? served) =>
        ServerTrust.TryReadThumbprint(wanted, out var a) && ServerTrust.TryReadThumbprint(served, out var b) && a == b;
}
