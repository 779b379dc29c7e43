using System.Net;
using Portside.Api.Contracts;
using Portside.Api.Remote;
using Portside.Concentrator.Ports;
using Portside.Lines.Uris;
using Portside.Output;
using Portside.SerialPorts;
using Portside.VSphere.SerialPorts;

namespace Portside.Doctor.Checks;

/// <summary>The machine's connection arrived at the concentrator and was accepted.</summary>
/// <param name="machine">The machine.</param>
internal sealed class LinkCheck(MachineCase machine) : PortCheck(machine)
{
    private readonly MachineCase _machine = machine;

    /// <inheritdoc/>
    public override string Name => "link";

    /// <inheritdoc/>
    protected override async Task<Finding> RunAsync(PortCase port, CancellationToken cancellation)
    {
        if (_machine.Server is null)
            return Finding.Skipped("there is no concentrator that can be asked");
        if (port.Device is { ProxyUri: null })
            return Finding.Skipped("the port has no concentrator");
        var selector = _machine.Selector;
        if (_machine.Machine is { } found)
        {
            if (!PortId.TryCreate(found.InstanceUuid ?? found.BiosUuid, port.Device?.Label, out var id))
                return Finding.Unknown("the machine has no UUID by which to find it there");
            selector = id.ToString();
        }

        string? unknown = null;
        if (PortId.TryCreate(_machine.Machine?.InstanceUuid ?? _machine.Machine?.BiosUuid, port.Device?.Label, out var claimed))
            port.Held = (await _machine.Concentrator.GetQuarantinedAsync(cancellation)).FirstOrDefault(one => one.Port == claimed.ToString());
        try
        {
            port.Port = await _machine.Concentrator.GetPortAsync(selector, cancellation);
        }
        catch (ApiException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            unknown = e.Message.TrimEnd('.', '?');
        }

        var rejected = await _machine.Concentrator.GetRejectedAsync(cancellation);
        var sources = (await NameLookup.AddressesAsync(_machine.Machine?.HostName, cancellation)).Select(address => address.ToString()).ToList();
        return Decide(port, rejected, sources, unknown);
    }

    private Finding Decide(PortCase port, IReadOnlyList<RejectedDescription> rejected, IReadOnlyCollection<string> sources, string? unknown)
    {
        var now = _machine.Clock.GetUtcNow();
        if (port.Port is { State: not "disconnected" } linked)
            return Finding.Ok($"accepted from {linked.Source} {Age.Ago(linked.ConnectedSince, now)} as {linked.Direction} {linked.ServiceUri}{(linked.Tls is null ? ", without TLS" : $", with {linked.Tls}")}{Notes(linked)}");
        if (port.Held is { State: "waiting" } waiting)
        {
            // What the port said before says nothing of this connection.
            port.Port = null;
            return Finding.Unknown($"held as {waiting.Id} since {Age.Of(waiting.Since, now)}, from {waiting.Source}, until vSphere agrees or vsphere.guardWait is over: {waiting.Detail} ({waiting.Reason})");
        }

        if (port.Held is { } held)
            return Finding.Broken($"quarantined as {held.Id} for {Age.Of(held.Since, now)}, from {held.Source}: {held.Detail} ({held.Reason}); {IdentityCheck.Choice(held.Id)}", IdentityCheck.Repair);

        // What was refused before the port was connected the last time was mended then. Without vSphere the port itself tells what it asked for, and whence.
        var lately = rejected.Where(one => port.Port?.LastByteAt is not { } last || one.At > last).ToList();
        if (port.Device is null && port.Port?.Source is { } former && RejectionMatch.AddressOf(former) is { } address)
            sources = [address];
        if (RejectionMatch.Find(port.Device?.ServiceUri ?? port.Port?.ServiceUri, port.Device?.Direction ?? port.Port?.Direction, lately, sources) is { } refusal)
        {
            return Finding.Broken(
                $"turned away {Number.Times(refusal.Count)}, last {Age.Ago(refusal.At, now)}, from {refusal.Source}"
                + $"{(refusal.ServiceUri is null ? "" : $" with '{refusal.ServiceUri}'")}: {refusal.Detail.TrimEnd('.')} ({refusal.Reason})",
                RepairOf(port, refusal));
        }

        var seen = port.Port is null ? unknown ?? "no connection of it has ever arrived" : $"it was connected until its link went away; last byte {Age.Ago(port.Port.LastByteAt, now)}";
        var elsewhere = port.Proxy is { } proxy && !_machine.MachinePorts.Contains(proxy.Port)
            ? $"; its proxy URI leads to {proxy.Host}:{proxy.Port}, whereas this concentrator takes machines at {string.Join(", ", _machine.Server!.VmAddresses)}"
            : "";
        return Finding.Broken(
            $"{seen}, and nothing like it was turned away{elsewhere}{(elsewhere.Length > 0 || _machine.Machine is null ? "" : ": the host's packets do not come this far")}{RejectionMatch.Others(lately, now)}",
            elsewhere.Length > 0 ? _machine.Ensure(port) : Reconnect(port));
    }

    // What repairs it is at the machine's port, or at the concentrator: the reason tells.
    private string RepairOf(PortCase port, RejectedDescription refusal) => refusal.Reason switch
    {
        "service-uri" => _machine.Ensure(port, $"--service {PortWish.UsualServiceUri}"),
        "direction" => _machine.Ensure(port, "--direction server"),
        "tls-off" => _machine.Ensure(port, "--plain"),
        "tls-required" or "tls-failed" or "tls-refused" or "tls-late" or "console-port" => _machine.Ensure(port),
        "dial-not-allowed" => Setting("remote.dial"),
        "listen-not-allowed" => Setting("remote.listenPorts", reloads: false),
        "address-taken" => Elsewhere(port, refusal),
        "cable-full" => "portside cable ls",
        "not-allowed" => Setting("vm.allow"),
        "too-many-links" => Setting("vm.maxLinks"),
        "too-many-ports" => Setting("vm.maxPorts"),
        "too-many-files" => FilesCheck.Repair,
        "too-many-clones" => "portside ls",
        "quarantine-full" => IdentityCheck.Repair,
        _ => Reconnect(port),
    };

    private string Reconnect(PortCase port) =>
        _machine.Connect is null ? $"portside doctor {_machine.Word} --vcenter URL" : $"portside port connect {_machine.WordOf(port)} --reconnect";

    private static string Setting(string key, bool reloads = true) => $"mend {key} in the configuration, then: systemctl {(reloads ? "reload" : "restart")} portside";

    // Somebody else has the address where the machine asks to be listened for: another TCP port, or none at all.
    private string Elsewhere(PortCase port, RejectedDescription refusal) =>
        SerialUri.TryParse(refusal.ServiceUri ?? "", out var uri, out _) && uri is NetworkUri network && refusal.ServiceUri!.Contains($":{network.Port}", StringComparison.Ordinal)
            ? $"portside port set {_machine.WordOf(port)} --service {ShellWord.Of(refusal.ServiceUri.Replace($":{network.Port}", ":FREE-PORT", StringComparison.Ordinal))}"
            : _machine.Ensure(port, $"--service {PortWish.UsualServiceUri}");

    private static string Notes(PortDescription port) => port.Notes.Count == 0 ? "" : $"; note: {string.Join("; ", port.Notes)}";
}
