using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Recording;

internal sealed partial class LogTrouble
{
    [LoggerMessage(500, LogLevel.Error, "Logs cannot be written: {Reason} ({Path}). Consoles go on; what is lost is counted and marked in the logs")]
    private static partial void LogDegraded(ILogger logger, string reason, string path);

    [LoggerMessage(501, LogLevel.Warning, "Logs are written again after {Lasted}; {Bytes} bytes were lost")]
    private static partial void LogRecovered(ILogger logger, TimeSpan lasted, long bytes);
}
