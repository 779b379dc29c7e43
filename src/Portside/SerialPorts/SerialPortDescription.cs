using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>A network serial port of a machine, as <c>portside port ls</c> shows it.</summary>
internal sealed record SerialPortDescription
{
    /// <summary>The machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>Its inventory path.</summary>
    public required string Path { get; init; }

    /// <summary>Its id in the API.</summary>
    public required string Moid { get; init; }

    /// <summary>Its instance UUID, by which a concentrator knows it.</summary>
    public string? Uuid { get; init; }

    /// <summary><c>poweredOn</c>, <c>poweredOff</c> or <c>suspended</c>.</summary>
    public string? Power { get; init; }

    /// <summary>The host it is on.</summary>
    public string? Host { get; init; }

    /// <summary>The device's key.</summary>
    public int Key { get; init; }

    /// <summary>What vSphere calls the port.</summary>
    public required string Name { get; init; }

    /// <summary>The label in its service URI.</summary>
    public string? Label { get; init; }

    /// <summary><c>connected</c>, <c>connecting</c>, <c>lost</c>, <c>failed</c>, <c>disconnected</c> or <c>off</c>.</summary>
    public required string State { get; init; }

    /// <summary>What vSphere says of the connection.</summary>
    public string? Status { get; init; }

    /// <summary><c>server</c> or <c>client</c>.</summary>
    public required string Direction { get; init; }

    /// <summary>The service URI.</summary>
    public required string ServiceUri { get; init; }

    /// <summary>The concentrator's URI.</summary>
    public string? ProxyUri { get; init; }

    /// <summary>Whether it is connected at power-on.</summary>
    public bool StartConnected { get; init; }

    /// <summary>Whether the guest may connect it.</summary>
    public bool AllowGuestControl { get; init; }

    /// <summary>Whether a polling guest yields.</summary>
    public bool YieldOnPoll { get; init; }

    /// <summary>How it differs from the wanted state that was given; null where none was, empty where it does not.</summary>
    public IReadOnlyList<PortDifference>? Drift { get; init; }

    /// <summary>A port of a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="port">Its port.</param>
    /// <returns>The description.</returns>
    public static SerialPortDescription Of(InventoryMachine machine, NetworkSerialPort port) => new()
    {
        Machine = machine.Name,
        Path = machine.Path,
        Moid = machine.Reference.Value,
        Uuid = machine.InstanceUuid,
        Power = machine.PowerState,
        Host = machine.HostName,
        Key = port.Key,
        Name = port.Name,
        Label = port.Label,
        State = StateOf(machine, port),
        Status = port.Status,
        Direction = port.Direction,
        ServiceUri = port.ServiceUri,
        ProxyUri = port.ProxyUri,
        StartConnected = port.StartConnected,
        AllowGuestControl = port.AllowGuestControl,
        YieldOnPoll = port.YieldOnPoll,
    };

    /// <summary>One word for how a port fares.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="port">Its port.</param>
    /// <returns>The word.</returns>
    public static string StateOf(InventoryMachine machine, NetworkSerialPort port) => (machine.IsOn, port.Connected, port.Status) switch
    {
        (false, _, _) => "off",
        (_, true, "recoverableError") => "lost",
        (_, true, "unrecoverableError") => "failed",
        (_, true, "untried") => "connecting",
        (_, true, _) => "connected",
        _ => port.StartConnected ? "lost" : "disconnected",
    };
}
