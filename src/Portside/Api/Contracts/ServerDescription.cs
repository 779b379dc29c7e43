namespace Portside.Api.Contracts;

/// <summary>The concentrator itself, as <c>GET /v1/server</c> shows it.</summary>
internal sealed record ServerDescription
{
    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Where virtual machines connect.</summary>
    public IReadOnlyList<string> VmAddresses { get; init; } = [];

    /// <summary>What to paste into vSphere as proxy URI.</summary>
    public IReadOnlyList<string> ProxyUris { get; init; } = [];

    /// <summary>SHA-1 of the certificate, as <c>AA:BB:…</c>; null where TLS is off.</summary>
    public string? ThumbprintSha1 { get; init; }

    /// <summary>SHA-256 of the certificate, as <c>AA:BB:…</c>; null where TLS is off.</summary>
    public string? ThumbprintSha256 { get; init; }

    /// <summary>When the certificate expires.</summary>
    public DateTimeOffset? CertificateExpires { get; init; }

    /// <summary>Where the HTTP API listens.</summary>
    public string? HttpAddress { get; init; }

    /// <summary>Address and range of console telnet, or null where it is off.</summary>
    public string? ConsoleTelnet { get; init; }

    /// <summary>The state directory.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The directory of the raw logs, or null where logging is off.</summary>
    public string? LogDirectory { get; init; }

    /// <summary>Bytes free for the state; null where the system does not say.</summary>
    public long? StateFreeBytes { get; init; }

    /// <summary>Bytes free for the logs; null where logging is off or the system does not say.</summary>
    public long? LogFreeBytes { get; init; }

    /// <summary>Connections of virtual machines that are allowed (<c>vm.maxLinks</c>).</summary>
    public int MaxLinks { get; init; }

    /// <summary>Sockets for machines, clients and console telnet ports that the limit of open files has room for; null where nothing limits them.</summary>
    public long? MaxSockets { get; init; }

    /// <summary>What time it is there.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The vSphere that names machines; null where none is configured.</summary>
    public VSphereDescription? VSphere { get; init; }

    /// <summary>What follows when a connection is not the machine it claims to be: <c>off</c>, <c>note</c> or <c>enforce</c>.</summary>
    public string? Guard { get; init; }

    /// <summary>Connections that are quarantined.</summary>
    public int Quarantined { get; init; }

    /// <summary>Live connections of virtual machines.</summary>
    public int Links { get; init; }

    /// <summary>Ports known.</summary>
    public int Ports { get; init; }

    /// <summary>Clients attached.</summary>
    public int Clients { get; init; }

    /// <summary>Whether some port's log cannot be written just now.</summary>
    public bool LogDegraded { get; init; }
}
