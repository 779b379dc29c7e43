using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Portside.EndToEnd.Tests.Processes;

/// <summary>POSIX signals, which .NET can receive but not send.</summary>
internal static class Signals
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int KillAtOnce = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal to one process.</summary>
    public static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
