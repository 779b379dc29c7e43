using Microsoft.Extensions.Logging;

namespace Portside.Host.Api;

internal sealed partial class SessionTable
{
    [LoggerMessage(1410, LogLevel.Information, "{User} logged in from {Address}, session {Session}")]
    private static partial void LogOpened(ILogger logger, string session, string user, string address);

    [LoggerMessage(1411, LogLevel.Information, "The session {Session} of {User} ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, string session, string user, string reason);

    [LoggerMessage(1412, LogLevel.Warning, "Refused a login from {Address}: there are {Most} sessions, as many as there may be")]
    private static partial void LogTooMany(ILogger logger, int most, string address);

    [LoggerMessage(1413, LogLevel.Information, "Refused a login as {User} from {Address}: the name or the password is wrong")]
    private static partial void LogRefused(ILogger logger, string user, string address);
}
