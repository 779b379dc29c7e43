using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Links;

/// <content>What the operator reads about links.</content>
public sealed partial class Link
{
    [LoggerMessage(100, LogLevel.Warning, "Refused {Source}: {Detail} (seen {Count} times)")]
    private partial void LogRejected(string source, string detail, long count);

    [LoggerMessage(101, LogLevel.Warning, "{Port} at {Source}: {Detail}")]
    private partial void LogBroken(string port, string source, string detail);

    [LoggerMessage(102, LogLevel.Debug, "Link from {Source} ended: {Reason}")]
    private partial void LogEnded(string source, LinkEnd reason);

    [LoggerMessage(103, LogLevel.Error, "Link from {Source} failed for an unforeseen reason")]
    private partial void LogFailed(Exception error, string source);
}
