using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Portside.Lines.Terminals;

/// <summary>The end of a new pseudo terminal that is ours; the other end has a name.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PseudoTerminal : IDisposable
{
    /// <summary>Makes one.</summary>
    /// <exception cref="IOException">The system has no more of them.</exception>
    public PseudoTerminal()
    {
        var handle = PolledDescriptor.Open("/dev/ptmx");
        try
        {
            var locked = 0;
            var number = 0;
            if (Ioctl.Control(handle, Ioctl.TioPtyLock, ref locked) != 0 || Ioctl.Control(handle, Ioctl.TioPtyNumber, ref number) != 0)
                throw new IOException($"A pseudo terminal cannot be made: {Marshal.GetLastPInvokeErrorMessage()}.");
            Name = string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{number}");
            Descriptor = new PolledDescriptor(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Our end.</summary>
    public PolledDescriptor Descriptor { get; }

    /// <summary>The other end, such as <c>/dev/pts/4</c>.</summary>
    public string Name { get; }

    /// <summary>The settings of the pair; null when they cannot be had.</summary>
    public Termios? Settings => !Descriptor.IsClosed && Termios.TryGet(Descriptor.Handle, out var termios) ? termios : null;

    /// <summary>Tells programs how large the window is.</summary>
    public void SetSize(int columns, int rows)
    {
        var size = new LibC.WindowSize { Columns = (ushort)columns, Rows = (ushort)rows };
        _ = Ioctl.Control(Descriptor.Handle, Ioctl.TioSetWindowSize, ref size);
    }

    public void Dispose() => Descriptor.Dispose();
}
