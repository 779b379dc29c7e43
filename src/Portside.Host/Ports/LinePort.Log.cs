using Microsoft.Extensions.Logging;

namespace Portside.Host.Ports;

internal sealed partial class LinePort
{
    [LoggerMessage(1010, LogLevel.Information, "{Machine}: port '{Port}' is connected to {Remote} (TLS: {Tls})")]
    private partial void LogConnected(string? machine, string port, string remote, string? tls);

    [LoggerMessage(1011, LogLevel.Information, "{Machine}: port '{Port}' has no connection: {Reason} Next try: {Next}")]
    private partial void LogLost(string? machine, string port, string reason, DateTimeOffset? next);

    [LoggerMessage(1012, LogLevel.Warning, "{Machine}: port '{Port}' is refused: {Reason}")]
    private partial void LogRefused(string? machine, string port, string reason);

    [LoggerMessage(1013, LogLevel.Information, "{Machine}: port '{Port}' listens at {EndPoints}")]
    private partial void LogListening(string? machine, string port, string endPoints);

    [LoggerMessage(1014, LogLevel.Information, "{Machine}: port '{Port}' turned {Remote} away: {Reason}")]
    private partial void LogTurnedAway(string? machine, string port, System.Net.EndPoint? remote, string reason);
}
