using Microsoft.Extensions.Logging;

namespace Portside.Tests.Serve;

/// <summary>Events of a part that does not exist.</summary>
internal static partial class TestLog
{
    [LoggerMessage(7, LogLevel.Information, "hello {Name}")]
    public static partial void Hello(this ILogger logger, string name);

    [LoggerMessage(8, LogLevel.Warning, "careful")]
    public static partial void Careful(this ILogger logger);

    [LoggerMessage(123, LogLevel.Error, "lost {Count} of {Port}")]
    public static partial void Broke(this ILogger logger, Exception error, int count, string port);
}
