using System.Net;
using Portside.Api.Contracts;
using Portside.Api.Remote;
using Portside.Concentrator.Ports;
using Portside.Output;
using Portside.SerialPorts;

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
            return Finding.Ok($"accepted from {linked.Source} {Age.Of(linked.ConnectedSince, now)} ago as {linked.Direction} {linked.ServiceUri}{(linked.Tls is null ? ", without TLS" : $", with {linked.Tls}")}{Notes(linked)}");
        if (port.Held is { } held)
        {
            return Finding.Broken(
                $"{(held.State == "waiting" ? "held" : "quarantined")} as {held.Id} for {Age.Of(held.Since, now)}, from {held.Source}: {held.Detail} ({held.Reason}); it is to be let in only if it is the machine all the same",
                $"portside quarantine admit {held.Id}");
        }

        // What was refused before the port was connected the last time was mended then. Without vSphere the port itself tells what it asked for, and whence.
        var lately = rejected.Where(one => port.Port?.LastByteAt is not { } last || one.At > last).ToList();
        if (port.Device is null && port.Port?.Source is { } former && RejectionMatch.AddressOf(former) is { } address)
            sources = [address];
        if (RejectionMatch.Find(port.Device?.ServiceUri ?? port.Port?.ServiceUri, port.Device?.Direction ?? port.Port?.Direction, lately, sources) is { } refusal)
        {
            return Finding.Broken(
                $"turned away {refusal.Count} times, last {Age.Of(refusal.At, now)} ago, from {refusal.Source}"
                + $"{(refusal.ServiceUri is null ? "" : $" with '{refusal.ServiceUri}'")}: {refusal.Detail.TrimEnd('.')} ({refusal.Reason})",
                RepairOf(refusal));
        }

        var seen = port.Port is null ? unknown ?? "no connection of it has ever arrived" : $"it was connected until its link went away; last byte {Age.Of(port.Port.LastByteAt, now)}";
        var elsewhere = port.Proxy is { } proxy && !_machine.MachinePorts.Contains(proxy.Port)
            ? $"; its proxy URI leads to {proxy.Host}:{proxy.Port}, whereas this concentrator takes machines at {string.Join(", ", _machine.Server!.VmAddresses)}"
            : "";
        return Finding.Broken(
            $"{seen}, and nothing like it was turned away{elsewhere}{(elsewhere.Length > 0 || _machine.Machine is null ? "" : ": the host's packets do not come this far")}{RejectionMatch.Others(lately, now)}",
            elsewhere.Length > 0 ? _machine.Ensure : _machine.Connect is null ? $"portside doctor {_machine.Word} --vcenter URL" : $"portside port connect {_machine.Word} --reconnect");
    }

    private string RepairOf(RejectedDescription refusal) => refusal.Reason switch
    {
        "tls-required" or "service-uri" or "direction" or "tls-late" => _machine.Ensure,
        "tls-off" => $"{_machine.Ensure} --plain",
        "tls-failed" or "tls-refused" => _machine.Ensure,
        _ => _machine.Connect is null ? "portside doctor" : _machine.Ensure,
    };

    private static string Notes(PortDescription port) => port.Notes.Count == 0 ? "" : $"; note: {string.Join("; ", port.Notes)}";
}
