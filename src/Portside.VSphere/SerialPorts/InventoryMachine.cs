using Portside.VSphere.Schema;

namespace Portside.VSphere.SerialPorts;

/// <summary>A virtual machine, as far as its serial ports are concerned.</summary>
public sealed record InventoryMachine
{
    /// <summary>The machine.</summary>
    public required ManagedObjectReference Reference { get; init; }

    /// <summary>Its name; names are unique within a folder only.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is, such as <c>/DC0/vm/prod/web-1</c>.</summary>
    public required string Path { get; init; }

    /// <summary><c>poweredOn</c>, <c>poweredOff</c> or <c>suspended</c>; null where it is not known.</summary>
    public string? PowerState { get; init; }

    /// <summary><c>connected</c>, or why nothing is known of the machine.</summary>
    public string? ConnectionState { get; init; }

    /// <summary>The host it is on.</summary>
    public ManagedObjectReference? Host { get; init; }

    /// <summary>The host's name.</summary>
    public string? HostName { get; init; }

    /// <summary>The UUID that vCenter gave it; what a concentrator knows it by.</summary>
    public string? InstanceUuid { get; init; }

    /// <summary>The UUID that its BIOS shows.</summary>
    public string? BiosUuid { get; init; }

    /// <summary>Its hardware's version, such as <c>vmx-13</c>.</summary>
    public string? HardwareVersion { get; init; }

    /// <summary>Changes with each change of its configuration.</summary>
    public string? ChangeVersion { get; init; }

    /// <summary>Whether it is a template.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>Whether its devices could be read.</summary>
    public bool IsReadable { get; init; }

    /// <summary>Its serial ports with a network socket behind them, by key.</summary>
    public IReadOnlyList<NetworkSerialPort> Ports { get; init; } = [];

    /// <summary>How many serial ports it has with something else behind them.</summary>
    public int OtherPorts { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool IsOn => PowerState == "poweredOn";
}
