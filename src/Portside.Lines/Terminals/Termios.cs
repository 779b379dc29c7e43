using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Terminals;

/// <summary>Linux' <c>struct termios2</c>: a terminal's settings, its speed as a number.</summary>
[StructLayout(LayoutKind.Sequential)]
[SupportedOSPlatform("linux")]
internal struct Termios
{
    private const uint MarkParity = 0x8;
    private const uint CheckParity = 0x10;
    private const uint OutputXonXoff = 0x400;
    private const uint InputXonXoff = 0x1000;
    private const uint Speed = 0x100F;
    private const uint OtherSpeed = 0x1000;
    private const int InputShift = 16;
    private const uint Size = 0x30;
    private const uint TwoStopBits = 0x40;
    private const uint Receiver = 0x80;
    private const uint Parity = 0x100;
    private const uint OddParity = 0x200;
    private const uint HangUp = 0x400;
    private const uint Local = 0x800;
    private const uint StickParity = 0x40000000;
    private const uint HardwareFlow = 0x80000000;
    private const int MinimumCharacters = 6;
    private const int Time = 5;

    /// <summary>Speeds that have a code of their own, from B50; programs that know no others see 0 for the rest.</summary>
    private static readonly uint[] SlowSpeeds =
        [50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];

    /// <summary>The same from B57600, which is 0x1001.</summary>
    private static readonly uint[] FastSpeeds =
    [
        57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000,
    ];

    private uint _input;
    private uint _output;
    private uint _control;
    private uint _local;
    private readonly byte _discipline;
    private ControlCharacters _characters;
    private uint _inputSpeed;
    private uint _outputSpeed;

    /// <summary>Speed and framing.</summary>
    public readonly LineSettings Settings => new(
        _outputSpeed,
        (byte)(5 + ((_control & Size) >> 4)),
        (_control & Parity) == 0 ? ComPortParity.None
            : (_control & (StickParity | OddParity)) switch
            {
                StickParity | OddParity => ComPortParity.Mark,
                StickParity => ComPortParity.Space,
                OddParity => ComPortParity.Odd,
                _ => ComPortParity.Even,
            },
        (_control & TwoStopBits) == 0 ? ComPortStopSize.One : ComPortStopSize.Two,
        (_control & HardwareFlow) != 0 ? ComPortControl.FlowHardware
            : (_input & (InputXonXoff | OutputXonXoff)) != 0 ? ComPortControl.FlowXonXoff
            : ComPortControl.FlowNone);

    /// <summary>Reads a terminal's settings.</summary>
    /// <returns>False when it is no terminal, or is closed.</returns>
    public static bool TryGet(SafeFileHandle terminal, out Termios termios)
    {
        termios = default;
        try
        {
            return Ioctl.Control(terminal, Ioctl.TcGets2, ref termios) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Sets a terminal's settings at once, whatever waits in its buffers.</summary>
    /// <returns>False when it does not take them.</returns>
    public readonly bool TrySet(SafeFileHandle terminal)
    {
        var copy = this;
        return Ioctl.Control(terminal, Ioctl.TcSets2, ref copy) == 0;
    }

    /// <summary>Bytes pass as they are, both ways, XON and XOFF among them; speed, framing and RTS/CTS stay.</summary>
    public void MakeRaw()
    {
        _input = 0;
        _output = 0;
        _local = 0;
        _control |= Receiver;
        _characters[MinimumCharacters] = 1;
        _characters[Time] = 0;
    }

    /// <summary>A device of one's own: carrier does not matter, and breaks and errors are marked in the input (see <see cref="MarkedInput"/>).</summary>
    public void MakeDevice()
    {
        MakeRaw();
        _input = MarkParity;
        _control = (_control | Local) & ~HangUp;
    }

    /// <summary>Sets what is known of speed and framing; one and a half stop bits are two, save for five data bits.</summary>
    public void Set(LineSettings settings)
    {
        if (settings.BaudRate != 0)
        {
            _control = (_control & ~(Speed | (Speed << InputShift))) | Code(settings.BaudRate);
            (_inputSpeed, _outputSpeed) = (settings.BaudRate, settings.BaudRate);
        }

        if (settings.DataSize is >= 5 and <= 8)
            _control = (_control & ~Size) | ((uint)(settings.DataSize - 5) << 4);
        if (settings.Parity != ComPortParity.Query)
        {
            _control = (_control & ~(Parity | OddParity | StickParity)) | settings.Parity switch
            {
                ComPortParity.Odd => Parity | OddParity,
                ComPortParity.Even => Parity,
                ComPortParity.Mark => Parity | OddParity | StickParity,
                ComPortParity.Space => Parity | StickParity,
                _ => 0,
            };
            _input = settings.Parity == ComPortParity.None ? _input & ~CheckParity : _input | CheckParity;
        }

        if (settings.StopSize != ComPortStopSize.Query)
            _control = settings.StopSize == ComPortStopSize.One ? _control & ~TwoStopBits : _control | TwoStopBits;
        if (settings.Flow != ComPortControl.QueryFlow)
        {
            var isXonXoff = settings.Flow == ComPortControl.FlowXonXoff;
            _control = settings.Flow == ComPortControl.FlowHardware ? _control | HardwareFlow : _control & ~HardwareFlow;
            _input = isXonXoff ? _input | InputXonXoff | OutputXonXoff : _input & ~(InputXonXoff | OutputXonXoff);
        }
    }

    private static uint Code(uint speed)
    {
        if (Array.IndexOf(SlowSpeeds, speed) is >= 0 and var slow)
            return (uint)slow + 1;
        if (Array.IndexOf(FastSpeeds, speed) is >= 0 and var fast)
            return OtherSpeed + (uint)fast + 1;
        return OtherSpeed | (OtherSpeed << InputShift);
    }

    [InlineArray(19)]
    private struct ControlCharacters
    {
        private byte _first;
    }
}
