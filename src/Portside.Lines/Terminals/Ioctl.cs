using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Portside.Lines.Terminals;

/// <summary>What Linux lets one do with a terminal besides reading and writing (<c>ioctl_tty(2)</c>).</summary>
/// <remarks>The numbers are those of x86, Arm and RISC-V.</remarks>
[SupportedOSPlatform("linux")]
internal static partial class Ioctl
{
    public const nuint TcGets2 = 0x802C542A;
    public const nuint TcSets2 = 0x402C542B;
    public const nuint TcFlush = 0x540B;
    public const nuint TioExclusive = 0x540C;
    public const nuint TioShared = 0x540D;
    public const nuint TioUnsent = 0x5411;
    public const nuint TioSetWindowSize = 0x5414;
    public const nuint TioModemGet = 0x5415;
    public const nuint TioModemSetBits = 0x5416;
    public const nuint TioModemClearBits = 0x5417;
    public const nuint TioSetBreak = 0x5427;
    public const nuint TioClearBreak = 0x5428;
    public const nuint TioPtyNumber = 0x80045430;
    public const nuint TioPtyLock = 0x40045431;

    /// <summary><c>LOCK_EX | LOCK_NB</c>.</summary>
    public const int ExclusiveOrFail = 2 | 4;

    /// <summary>A request whose argument is a number, or that has none.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle descriptor, nuint request, nint argument = 0);

    /// <summary>A request whose argument is a number to read or write.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle descriptor, nuint request, ref int argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle descriptor, nuint request, ref Termios argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle descriptor, nuint request, ref LibC.WindowSize argument);

    /// <summary><c>flock(2)</c>.</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle descriptor, int how);
}
