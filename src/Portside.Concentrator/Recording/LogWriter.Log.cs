using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Recording;

internal sealed partial class LogWriter
{
    [LoggerMessage(502, LogLevel.Warning, "Time indexes in {Path} cannot be written; reading a log since a time will show more than asked for")]
    private static partial void LogIndexFailed(ILogger logger, string path);
}
