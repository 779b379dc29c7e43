using Microsoft.Extensions.Logging;

namespace Portside.Host.Machines;

public sealed partial class VirtualMachine
{
    [LoggerMessage(1100, LogLevel.Information, "{Machine}: restarted by its guest")]
    private partial void LogReboot(string machine);

    [LoggerMessage(1101, LogLevel.Error, "{Machine}: its guest crashed")]
    private partial void LogCrash(string machine, Exception exception);
}
