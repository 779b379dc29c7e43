using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Recording;

public sealed partial class LogStore
{
    [LoggerMessage(503, LogLevel.Error, "Ended with {Bytes} bytes of {Ports} ports not in their logs: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, long bytes, int ports, string reason);
}
