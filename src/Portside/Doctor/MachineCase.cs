using System.Globalization;
using System.Net;
using Portside.Api.Contracts;
using Portside.Api.Remote;
using Portside.Output;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.Doctor;

/// <summary>A machine whose console is looked into: what was asked, and what the checks found so far.</summary>
internal sealed class MachineCase
{
    /// <summary>How the machine was named.</summary>
    public required string Selector { get; init; }

    /// <summary>Logs in to vSphere; null where vSphere is to be left out.</summary>
    public Func<CancellationToken, Task<VSphereSession>>? Connect { get; init; }

    /// <summary>The datacenter to which the search is limited; null for all.</summary>
    public string? Datacenter { get; init; }

    /// <summary>Which of the machine's ports; null for all.</summary>
    public string? Which { get; init; }

    /// <summary>Whether Enter may be sent to the guest.</summary>
    public bool MayProbe { get; init; }

    /// <summary>How long the guest has to answer, and a proxy.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>The concentrator's API.</summary>
    public required ApiClient Concentrator { get; init; }

    /// <summary>Whether somebody said which concentrator is meant, so that one that does not answer is wrong.</summary>
    public bool IsServerNamed { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The session, once there is one.</summary>
    public VSphereSession? Session { get; set; }

    /// <summary>The inventory, once it is read.</summary>
    public Inventory? Inventory { get; set; }

    /// <summary>The machine, once it is found.</summary>
    public InventoryMachine? Machine { get; set; }

    /// <summary>Its ports, once they are known.</summary>
    public IReadOnlyList<PortCase> Ports { get; set; } = [];

    /// <summary>What was asked of hosts.</summary>
    public HostChecks? Hosts { get; set; }

    /// <summary>The concentrator as it describes itself; null where it does not answer.</summary>
    public ServerDescription? Server { get; set; }

    /// <summary>Why the concentrator does not answer; null where it does.</summary>
    public string? ServerSilence { get; set; }

    /// <summary>The machine as a word of a command line.</summary>
    public string Word => ShellWord.Of(Machine?.Path ?? Selector);

    /// <summary>TCP ports on which the concentrator takes machines; none where it does not answer.</summary>
    public IReadOnlyList<int> MachinePorts =>
        [.. (Server?.VmAddresses ?? []).Select(address => IPEndPoint.TryParse(address, out var end) ? end.Port : 0).Where(port => port > 0).Distinct()];

    /// <summary>The command that points the machine's port at the concentrator, with everything right.</summary>
    /// <param name="port">Which port; null for one that is yet to be made.</param>
    /// <param name="more">Further options, such as <c>--plain</c>; none where the port is right but for its concentrator.</param>
    public string Ensure(PortCase? port, string? more = null) =>
        $"portside port ensure {WordOf(port)} --to {(Server is null ? "http://CONCENTRATOR:13371" : Concentrator.Server.ToString().TrimEnd('/'))}{(more is null ? "" : $" {more}")}";

    /// <summary>The machine and its port as words of a command line: where it has several, a command that names none is refused.</summary>
    /// <param name="port">Which port; null for none.</param>
    public string WordOf(PortCase? port) =>
        Machine is { Ports.Count: > 1 } && port?.Device is { } device ? string.Create(CultureInfo.InvariantCulture, $"{Word} --port {device.Key}") : Word;
}
