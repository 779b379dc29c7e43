using Microsoft.Extensions.Logging;

namespace Portside.Host.Ports;

public sealed partial class DirectSerialPort
{
    [LoggerMessage(1010, LogLevel.Information, "{Machine}: port '{ServiceUri}' is connected to {Remote} (TLS: {Tls})")]
    private partial void LogConnected(string? machine, string serviceUri, string remote, string? tls);

    [LoggerMessage(1011, LogLevel.Information, "{Machine}: port '{ServiceUri}' has no connection: {Reason} Next try: {Next}")]
    private partial void LogLost(string? machine, string serviceUri, string reason, DateTimeOffset? next);

    [LoggerMessage(1012, LogLevel.Warning, "{Machine}: port '{ServiceUri}' is refused: {Reason}")]
    private partial void LogRefused(string? machine, string serviceUri, string reason);

    [LoggerMessage(1013, LogLevel.Information, "{Machine}: port '{ServiceUri}' listens at {EndPoints}")]
    private partial void LogListening(string? machine, string serviceUri, string endPoints);

    [LoggerMessage(1014, LogLevel.Information, "{Machine}: port '{ServiceUri}' turned {Remote} away: {Reason}")]
    private partial void LogTurnedAway(string? machine, string serviceUri, System.Net.EndPoint? remote, string reason);
}
