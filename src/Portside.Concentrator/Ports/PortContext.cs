using Microsoft.Extensions.Logging;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Migration;
using Portside.Concentrator.Recording;

namespace Portside.Concentrator.Ports;

/// <summary>What every port of a concentrator shares.</summary>
internal sealed record PortContext(
    ConcentratorOptions Options,
    LogStore? Logs,
    MigrationTable Migrations,
    SecretSource Secrets,
    ConcentratorMetrics Metrics,
    TimeProvider Time,
    ILogger Log)
{
    /// <summary>What somebody who knows better calls a machine; its own word for itself where that is null.</summary>
    public Func<PortId, string?> NameOf { get; init; } = static _ => null;

    /// <summary>Who is not known to be the machine it claims to be.</summary>
    public required Quarantine Quarantine { get; init; }

    /// <summary>Clients attached, on all ports; changed with <see cref="Interlocked"/>.</summary>
    public int Clients;
}
