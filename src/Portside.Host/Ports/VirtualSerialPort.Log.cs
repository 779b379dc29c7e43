using Microsoft.Extensions.Logging;

namespace Portside.Host.Ports;

public sealed partial class VirtualSerialPort
{
    [LoggerMessage(1000, LogLevel.Information, "{Machine}: {ProxyHost}:{ProxyPort} serves its port '{ServiceUri}' (TLS: {Tls})")]
    private partial void LogConnected(string? machine, string serviceUri, string proxyHost, int proxyPort, string? tls);

    [LoggerMessage(1001, LogLevel.Information, "{Machine}: port '{ServiceUri}' has no connection: {Reason} Next try: {Next}")]
    private partial void LogLost(string? machine, string serviceUri, string reason, DateTimeOffset? next);

    [LoggerMessage(1002, LogLevel.Warning, "{Machine}: port '{ServiceUri}' is refused: {Reason}")]
    private partial void LogRefused(string? machine, string serviceUri, string reason);
}
