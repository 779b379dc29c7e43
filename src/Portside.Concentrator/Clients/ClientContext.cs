using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Clients;

/// <summary>What every telnet client of a concentrator shares.</summary>
internal sealed record ClientContext(ConsoleOptions Options, Links.LinkOptions KeepAlive, Links.DescriptorBudget Descriptors, Diagnostics.ConcentratorMetrics Metrics, TimeProvider Time, ILogger Log, Links.Rejections? Rejections = null);
