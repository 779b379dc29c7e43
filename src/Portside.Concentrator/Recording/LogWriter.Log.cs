using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Recording;

internal sealed partial class LogWriter
{
    [LoggerMessage(502, LogLevel.Warning, "Time indexes in {Path} cannot be written; reading a log since a time will show more than asked for")]
    private static partial void LogIndexFailed(ILogger logger, string path);

    [LoggerMessage(504, LogLevel.Critical, "The log writer met an error it does not know and goes on; please report it")]
    private static partial void LogUnexpected(ILogger logger, Exception exception);
}
