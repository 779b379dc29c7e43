using System.Net;

namespace Portside.Load.Targets;

/// <summary>Which concentrator to measure: one that runs, one to start, or none, which measures the floor alone.</summary>
internal sealed record TargetOptions
{
    /// <summary>Where machines dial, of one that runs.</summary>
    public IPEndPoint? Machines { get; init; }

    /// <summary>Base address of its HTTP API.</summary>
    public Uri? Http { get; init; }

    /// <summary>Its process, for memory, descriptors and processor time.</summary>
    public int? ProcessId { get; init; }

    /// <summary>A command that serves, or the path of a program or .dll, to start anew for each measurement.</summary>
    public string? Serve { get; init; }

    public bool HasConcentrator => Machines is not null || Serve is not null;

    /// <param name="consoles">Whether the one we start gives its ports console-telnet listeners.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ConcentratorTarget> OpenAsync(bool consoles, CancellationToken cancellation) =>
        Serve is not null
            ? await ServeProcess.StartAsync(Serve, consoles, cancellation)
            : new ConcentratorTarget(Machines!, Http, ProcessId);
}
