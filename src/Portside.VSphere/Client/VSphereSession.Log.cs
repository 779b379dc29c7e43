using Microsoft.Extensions.Logging;

namespace Portside.VSphere.Client;

public sealed partial class VSphereSession
{
    [LoggerMessage(1501, LogLevel.Information, "The session at {Server} has ended; logging in again")]
    private partial void LogRenewal(string server);

    [LoggerMessage(1502, LogLevel.Warning, "The session at {Server} could not be kept alive: {Reason}")]
    private partial void LogNotKeptAlive(string server, string reason);
}
