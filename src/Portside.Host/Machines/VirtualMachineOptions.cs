using System.Net;
using Portside.Host.Ports;

namespace Portside.Host.Machines;

/// <summary>What is configured for a virtual machine.</summary>
public sealed record VirtualMachineOptions
{
    /// <summary>Display name.</summary>
    public required string Name { get; init; }

    /// <summary>vCenter's instance UUID; null for a host that never knew a vCenter.</summary>
    public Guid? VcUuid { get; init; }

    /// <summary>BIOS UUID.</summary>
    public Guid? BiosUuid { get; init; }

    /// <summary>Location UUID.</summary>
    public Guid? LocationUuid { get; init; }

    /// <summary>Its serial ports with a proxy, at most 32 as on ESXi; name and UUIDs they leave open are the machine's. None by default: see <see cref="VirtualMachine.AddPort"/>.</summary>
    public IReadOnlyList<VirtualSerialPortOptions> Ports { get; init; } = [];

    /// <summary>Its serial ports without one; they count towards the 32 and follow the others. None by default.</summary>
    public IReadOnlyList<DirectSerialPortOptions> DirectPorts { get; init; } = [];

    /// <summary>What its host has for the ports added later; null, the default, for a host with nothing but a network.</summary>
    public MachineHost? Host { get; init; }

    /// <summary>The address that its ports dial proxies from, asked each time; null, the default, and an answer of null leave it to the system.</summary>
    public Func<IPAddress?>? Source { get; init; }

    /// <summary>Why its ports cannot dial from where it runs (true: a proxy, false: a remote system), asked each time; null, the default, and an answer of null when they can.</summary>
    public Func<bool, string?>? Block { get; init; }

    /// <summary>
    /// How long power-on waits for each port's first connection before the guest starts, so that its first words are
    /// heard; default 5 s. A port that is refused or lost is not waited for.
    /// </summary>
    public TimeSpan ConnectWait { get; init; } = TimeSpan.FromSeconds(5);
}
