using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Portside.Lines.Terminals;

namespace Portside.Terminal;

/// <summary>The terminal behind a file descriptor, through <c>termios</c>.</summary>
/// <param name="descriptor">A terminal; 0 in the program.</param>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixTerminal(int descriptor) : ITerminal
{
    public (int Columns, int Rows)? Size =>
        LibC.TryGetWindowSize(descriptor, out var size) && size is { Columns: > 0, Rows: > 0 }
            ? (size.Columns, size.Rows)
            : null;

    public IDisposable EnterRawMode() => new RawMode(descriptor);

    public IDisposable OnResize(Action resized) => PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized());
}
