using Microsoft.Extensions.Logging;

namespace Portside.Host.Machines;

internal sealed partial class DeviceEndFactory
{
    [LoggerMessage(1015, LogLevel.Warning, "{Machine}: the file '{File}' has {Most} bytes and takes no more: what the guest writes is thrown away")]
    private static partial void LogFull(ILogger logger, string machine, string file, long most);
}
