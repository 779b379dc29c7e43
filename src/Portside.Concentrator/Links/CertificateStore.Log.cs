using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Links;

public sealed partial class CertificateStore
{
    [LoggerMessage(180, LogLevel.Information, "Made a certificate of our own, {File}; back it up: machines pin its thumbprint")]
    private static partial void LogMade(ILogger logger, string file);

    [LoggerMessage(181, LogLevel.Information, "Certificate {File}: SHA-1 {Sha1}, SHA-256 {Sha256}, expires {Expires:u}")]
    private static partial void LogLoaded(ILogger logger, string file, string sha1, string sha256, DateTimeOffset expires);

    [LoggerMessage(182, LogLevel.Error, "Kept the certificate in use (SHA-1 {Sha1}, expires {Expires:u}), as the new one was refused: {Reason}")]
    private static partial void LogReloadRefused(ILogger logger, string reason, string sha1, DateTimeOffset expires);

    [LoggerMessage(183, LogLevel.Warning, "Certificate {File} expires {Expires:u}; machines that verify it will then no longer connect")]
    private static partial void LogExpiring(ILogger logger, string file, DateTimeOffset expires);

    [LoggerMessage(184, LogLevel.Debug, "Certificate {File} is the one in use already")]
    private static partial void LogUnchanged(ILogger logger, string file);
}
