using System.Runtime.InteropServices;
using System.Text;
using Portside.Lines.Terminals;

namespace Portside.Tests.Terminal;

/// <summary>A real terminal of the kernel's, with both its ends in our hands.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;

    public PseudoTerminal()
    {
        Master = OpenMaster(ReadWrite | NoControllingTerminal);
        if (Master < 0 || Grant(Master) != 0 || Unlock(Master) != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        var name = new byte[128];
        if (NameOf(Master, name, name.Length) != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        Descriptor = Open(Encoding.ASCII.GetString(name).TrimEnd('\0'), ReadWrite | NoControllingTerminal);
        if (Descriptor < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>The end of the person.</summary>
    public int Master { get; }

    /// <summary>The end of the program.</summary>
    public int Descriptor { get; }

    /// <summary>The terminal's settings as bytes.</summary>
    public byte[] Attributes()
    {
        var termios = new byte[LibC.TermiosSize];
        Assert.Equal(0, LibC.GetAttributes(Descriptor, termios));
        return termios;
    }

    public void Resize(ushort columns, ushort rows)
    {
        // struct winsize: rows, columns, and two that nobody uses.
        Assert.Equal(0, SetWindowSize(Master, 0x5414, [rows, columns, 0, 0]));
    }

    public void Dispose()
    {
        _ = Close(Descriptor);
        _ = Close(Master);
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(int descriptor, Span<byte> name, nint size);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int SetWindowSize(int descriptor, nuint request, ReadOnlySpan<ushort> size);
}
