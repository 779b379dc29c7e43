using System.Runtime.Versioning;
using Portside.Terminal;

namespace Portside.Tests.Terminal;

/// <summary>On a terminal of the kernel's own.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class UnixTerminalTests
{
    // Within c_lflag, the fourth 32-bit word on Linux: ISIG, ICANON and ECHO.
    private const int LocalFlagsAt = 12;
    private const byte SignalsLinesEcho = 0x01 | 0x02 | 0x08;

    [Fact]
    public void Raw_mode_passes_every_key_at_once_and_ends_as_it_began()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The layout of termios is Linux's.");
        using var pty = new PseudoTerminal();
        var before = pty.Attributes();
        Assert.Equal(SignalsLinesEcho, before[LocalFlagsAt] & SignalsLinesEcho);

        var raw = new UnixTerminal(pty.Descriptor).EnterRawMode();
        Assert.Equal(0, pty.Attributes()[LocalFlagsAt] & SignalsLinesEcho);
        raw.Dispose();
        raw.Dispose();

        Assert.Equal(before, pty.Attributes());
    }

    [Fact]
    public void The_size_is_the_windows_and_nothing_where_there_is_no_window()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The request's number is Linux's.");
        using var pty = new PseudoTerminal();
        var terminal = new UnixTerminal(pty.Descriptor);

        Assert.Null(terminal.Size);
        pty.Resize(132, 43);

        Assert.Equal((132, 43), terminal.Size);
        Assert.Null(new UnixTerminal(-1).Size);
    }

    [Fact]
    public void What_is_no_terminal_cannot_be_made_raw() => Assert.Throws<IOException>(() => new UnixTerminal(-1).EnterRawMode());
}
