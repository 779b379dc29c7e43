using Microsoft.Extensions.Logging;

namespace Portside.Host.Bridges;

public sealed partial class Bridge
{
    [LoggerMessage(1110, LogLevel.Information, "{Machine}: {Line} is open")]
    private partial void LogOpen(string? machine, string line);

    [LoggerMessage(1111, LogLevel.Information, "{Machine}: {Line} has ended: {Reason} Next try: {Next}")]
    private partial void LogEnded(string? machine, string line, string reason, DateTimeOffset? next);

    [LoggerMessage(1112, LogLevel.Warning, "{Machine}: {Bytes} bytes of output were lost while the concentrator could not be reached")]
    private partial void LogLost(string? machine, long bytes);
}
