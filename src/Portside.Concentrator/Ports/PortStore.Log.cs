using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Ports;

internal sealed partial class PortStore
{
    [LoggerMessage(280, LogLevel.Information, "Remembering {Count} ports from {File}")]
    private static partial void LogLoaded(ILogger logger, int count, string file);

    [LoggerMessage(281, LogLevel.Error, "The database {File} is damaged ({Reason}); set it aside as {Aside} and began a new one: ports get new console telnet ports")]
    private static partial void LogSetAside(ILogger logger, string file, string reason, string aside);

    [LoggerMessage(282, LogLevel.Warning, "Skipped {Count} rows of {File} that make no sense")]
    private static partial void LogRowsSkipped(ILogger logger, int count, string file);

    [LoggerMessage(283, LogLevel.Error, "Console telnet ports cannot be remembered across a restart just now: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, string reason);

    [LoggerMessage(284, LogLevel.Information, "Console telnet ports are remembered again")]
    private static partial void LogWritten(ILogger logger);
}
