using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Portside.Lines.Terminals;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Tests.Terminals;

[SupportedOSPlatform("linux")]
public class TermiosTests
{
    [Fact]
    public void Every_setting_reads_back_as_it_was_set()
    {
        foreach (var parity in Enum.GetValues<ComPortParity>())
        {
            foreach (var stop in (ComPortStopSize[])[ComPortStopSize.One, ComPortStopSize.Two])
            {
                foreach (var flow in (ComPortControl[])[ComPortControl.FlowNone, ComPortControl.FlowXonXoff, ComPortControl.FlowHardware])
                {
                    for (byte size = 5; size <= 8 && parity != ComPortParity.Query; size++)
                    {
                        var termios = default(Termios);
                        var settings = new LineSettings(31_250, size, parity, stop, flow);
                        termios.Set(settings);
                        Assert.Equal(settings, termios.Settings);
                        termios.Set(new LineSettings(0, 0, ComPortParity.Query, ComPortStopSize.Query));
                        Assert.Equal(settings, termios.Settings);
                    }
                }
            }
        }
    }

    [Fact]
    public void It_is_as_large_as_the_kernels() => Assert.Equal(44, Marshal.SizeOf<Termios>());
}
