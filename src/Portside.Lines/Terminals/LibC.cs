using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Portside.Lines.Terminals;

/// <summary>The few C library calls behind a terminal and the standard streams, on Linux and macOS.</summary>
internal static partial class LibC
{
    /// <summary>Room for a <c>termios</c>: 60 bytes on Linux, 72 on macOS. What is in it is the library's business.</summary>
    public const int TermiosSize = 256;

    /// <summary><c>tcsetattr</c>: when all output is out; keys typed ahead stay.</summary>
    public const int AfterDrain = 1;

    /// <summary><c>EINTR</c>: a signal came first.</summary>
    public const int Interrupted = 4;

    /// <summary><c>EIO</c>: the terminal is gone.</summary>
    public const int InputOutput = 5;

    /// <summary><c>EPIPE</c>: nobody reads any more.</summary>
    public const int BrokenPipe = 32;

    /// <summary><c>EAGAIN</c>: somebody who shares the descriptor made it non-blocking.</summary>
    public static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary><c>TIOCGWINSZ</c>.</summary>
    public static nuint GetWindowSizeRequest => OperatingSystem.IsMacOS() ? 0x40087468u : 0x5413u;

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, Span<byte> termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, ReadOnlySpan<byte> termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(Span<byte> termios);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle descriptor, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle descriptor, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollEntry> entries, nuint count, int milliseconds);

    /// <summary><c>ioctl</c> with one pointer.</summary>
    /// <remarks>
    /// Its arguments after the second are variadic. Apple's arm64 passes those on the stack, everybody else where
    /// a plain function has them; the five unused ones push the pointer onto the stack, and <paramref name="here"/>
    /// is where the others look.
    /// </remarks>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(
        int descriptor, nuint request, ref WindowSize here, nint u3, nint u4, nint u5, nint u6, nint u7, ref WindowSize stack);

    /// <summary>The size of a terminal's window.</summary>
    /// <param name="descriptor">The terminal.</param>
    /// <param name="size">Rows and columns.</param>
    /// <returns>False where it is not a terminal.</returns>
    public static bool TryGetWindowSize(int descriptor, out WindowSize size)
    {
        size = default;
        return Control(descriptor, GetWindowSizeRequest, ref size, 0, 0, 0, 0, 0, ref size) == 0;
    }

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    /// <summary><c>struct winsize</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
