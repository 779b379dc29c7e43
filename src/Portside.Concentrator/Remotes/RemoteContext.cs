using Microsoft.Extensions.Logging;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Links;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;

namespace Portside.Concentrator.Remotes;

/// <summary>What all remotes of a concentrator share.</summary>
/// <param name="Options">What is allowed, and how patiently.</param>
/// <param name="Dialer">Dials what the rules of just now allow.</param>
/// <param name="Listeners">The addresses listened on for machines.</param>
/// <param name="Descriptors">What connections may take.</param>
/// <param name="Metrics">What is measured.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log of remotes.</param>
internal sealed record RemoteContext(
    RemoteOptions Options,
    Func<LineDialer> Dialer,
    LineListeners Listeners,
    DescriptorBudget Descriptors,
    ConcentratorMetrics Metrics,
    TimeProvider Time,
    ILogger Log)
{
    /// <summary>Why there is no connection although it is allowed.</summary>
    public const string NoDescriptor =
        "the limit of open files leaves no room for one more connection: raise LimitNOFILE (systemd) or ulimit -n";
}
