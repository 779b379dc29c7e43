using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Guarding;

/// <content>What the operator reads about links that are not who they say.</content>
public sealed partial class Quarantine
{
    [LoggerMessage(900, LogLevel.Error, "Quarantined {Key} from {Source}, which claims to be {Machine}: {Detail}")]
    private partial void LogQuarantined(string key, string source, string machine, string detail);

    [LoggerMessage(901, LogLevel.Warning, "{Machine} at {Source} is served and noted: {Detail}")]
    private partial void LogNoted(string machine, string source, string detail);

    [LoggerMessage(902, LogLevel.Warning, "{Machine} at {Source} is served without having been verified: {Detail}")]
    private partial void LogWaived(string machine, string source, string detail);

    [LoggerMessage(903, LogLevel.Information, "{Key}, {Machine} at {Source}, is admitted: {Why}; {Dropped} bytes of it were dropped")]
    private partial void LogAdmitted(string key, string machine, string source, string why, long dropped);

    [LoggerMessage(904, LogLevel.Error, "{Machine} at {Source} had its port and loses it: {Detail}")]
    private partial void LogEvicted(string machine, string source, string detail);

    [LoggerMessage(905, LogLevel.Information, "{Key}, which claimed to be {Machine} from {Source}, is gone: {Reason}")]
    private partial void LogGone(string key, string machine, string source, Links.LinkEnd reason);

    [LoggerMessage(906, LogLevel.Information, "{Machine} at {Source} is what it claims to be, by the inventory as it is now")]
    private partial void LogAgrees(string machine, string source);

    [LoggerMessage(907, LogLevel.Error, "Closed a link from {Source}: {Detail} (seen {Count} times)")]
    private partial void LogFull(string source, string detail, long count);

    [LoggerMessage(908, LogLevel.Error, "The guard failed for an unforeseen reason about {Uuid}; nobody knows about it for now")]
    private partial void LogJudgeFailed(Exception error, string uuid);
}
