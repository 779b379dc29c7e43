namespace Portside.Api.Contracts;

/// <summary>A port, as <c>GET /v1/ports</c> shows it.</summary>
internal sealed record PortDescription
{
    /// <summary>32 hex digits, with <c>.label</c> or <c>#2</c> where there is one.</summary>
    public required string Id { get; init; }

    /// <summary>The virtual machine's UUID as 8-4-4-4-12.</summary>
    public required string Uuid { get; init; }

    /// <summary>What tells the ports of one machine apart, or null for its only one.</summary>
    public string? Label { get; init; }

    /// <summary>The virtual machine's name, in its own words, or null if it told none.</summary>
    public string? Name { get; init; }

    /// <summary>Where the machine is in vSphere's inventory, such as <c>/DC0/vm/prod/web01</c>; null where no vSphere that is followed has it.</summary>
    public string? InventoryPath { get; init; }

    /// <summary><c>poweredOn</c>, <c>poweredOff</c> or <c>suspended</c>, by vSphere; null as above.</summary>
    public string? PowerState { get; init; }

    /// <summary>The host it is on, by vSphere; null as above.</summary>
    public string? Host { get; init; }

    /// <summary><c>connected</c>, <c>migrating</c> or <c>disconnected</c>.</summary>
    public required string State { get; init; }

    /// <summary><c>server</c> or <c>client</c>, as configured in the virtual machine.</summary>
    public string? Direction { get; init; }

    /// <summary>The service URI, as configured in the virtual machine.</summary>
    public string? ServiceUri { get; init; }

    /// <summary>Speed and framing, or null where nobody said anything of it.</summary>
    public LineDescription? Line { get; init; }

    /// <summary>Address and port the link comes from.</summary>
    public string? Source { get; init; }

    /// <summary>The link's TLS version, or null for plain telnet.</summary>
    public string? Tls { get; init; }

    /// <summary>When the link came up.</summary>
    public DateTimeOffset? ConnectedSince { get; init; }

    /// <summary>Bytes the machine sent since the port appeared.</summary>
    public long BytesFromMachine { get; init; }

    /// <summary>Bytes the machine was sent.</summary>
    public long BytesToMachine { get; init; }

    /// <summary>When the machine last sent something.</summary>
    public DateTimeOffset? LastByteAt { get; init; }

    /// <summary>The port's own telnet port, or null where console telnet is off.</summary>
    public int? TelnetPort { get; init; }

    /// <summary>The address and port to which telnet connects, as <c>127.0.0.1:50000</c>.</summary>
    public string? TelnetAddress { get; init; }

    /// <summary>Clients attached.</summary>
    public int Clients { get; init; }

    /// <summary>Their names, each once.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Migrations done since the port appeared.</summary>
    public long Migrations { get; init; }

    /// <summary>Remote systems its service URI or a cable names, and how it stands with each.</summary>
    public IReadOnlyList<RemoteDescription> Remotes { get; init; } = [];

    /// <summary>The file its log is written to, on the concentrator's machine; null where logging is off.</summary>
    public string? LogFile { get; init; }

    /// <summary>Bytes its log keeps; null where logging is off and in lists of ports.</summary>
    public long? LogBytes { get; init; }

    /// <summary>What an operator should know: a wrong direction, a clone, a log that cannot be written.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
