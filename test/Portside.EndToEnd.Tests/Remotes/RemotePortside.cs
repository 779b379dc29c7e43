using Portside.EndToEnd.Tests.Serving;

namespace Portside.EndToEnd.Tests.Remotes;

/// <summary>A server that may dial and listen on this machine, and loses no time between two attempts.</summary>
public sealed class RemotePortside() : RunningPortside([.. Arguments])
{
    /// <summary>What lets a server do so.</summary>
    internal static IReadOnlyList<string> Arguments { get; } =
    [
        "--set", "remote.dial=127.0.0.0/8", "--set", "remote.listenPorts=1-65535", "--set", "remote.listenAddresses=127.0.0.1",
        "--set", "remote.firstRetry=100ms", "--set", "remote.lastRetry=500ms",
    ];
}
