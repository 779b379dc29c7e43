using System.Security.Cryptography.X509Certificates;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Lines;

namespace Portside.Host.Conformance;

/// <summary>Which concentrator is tried, and how.</summary>
public sealed record ConformanceOptions
{
    /// <summary>Where machines connect.</summary>
    public required ProxyUri Proxy { get; init; }

    /// <summary>A service URI that the concentrator serves; default <c>vSPC.py</c>, which most do.</summary>
    public string ServiceUri { get; init; } = "vSPC.py";

    /// <summary>The direction that goes with it; default server.</summary>
    public SerialDirection Direction { get; init; } = SerialDirection.Server;

    /// <summary>A service URI that the concentrator must refuse; null, the default, where it refuses none.</summary>
    public string? RefusedServiceUri { get; init; }

    /// <summary>Opens the console of a port that is connected; null, the default, for only what a machine sees.</summary>
    public Func<ConsoleTarget, CancellationToken, Task<Line>>? Console { get; init; }

    /// <summary>How long each answer may take before it counts as none; default 10 s. GOAHEAD has its own.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long GOAHEAD may take; default 5,000 ms, as ESXi's <c>serialN.vmotionLimit</c>.</summary>
    public TimeSpan GoAheadLimit { get; init; } = TimeSpan.FromMilliseconds(5000);

    /// <summary>By how much the checks that are late on purpose are; default 2 s.</summary>
    public TimeSpan LateBy { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the reconnect storm connects; default 50.</summary>
    public int StormConnections { get; init; } = 50;

    /// <summary>Authorities trusted where the URI asks for trust; null, the default, for the platform's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
