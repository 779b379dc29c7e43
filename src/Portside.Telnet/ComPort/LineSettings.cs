namespace Portside.Telnet.ComPort;

/// <summary>Speed and framing of a serial line.</summary>
/// <param name="BaudRate">Bits per second, 1 and up; 0 when unknown.</param>
/// <param name="DataSize">Bits per character, 5 to 8; 0 when unknown.</param>
/// <param name="Parity">Parity; <see cref="ComPortParity.Query"/> when unknown.</param>
/// <param name="StopSize">Stop bits; <see cref="ComPortStopSize.Query"/> when unknown.</param>
/// <param name="Flow">
/// Flow control: <see cref="ComPortControl.FlowNone"/>, <see cref="ComPortControl.FlowXonXoff"/> or
/// <see cref="ComPortControl.FlowHardware"/>; <see cref="ComPortControl.QueryFlow"/> when unknown.
/// </param>
public readonly record struct LineSettings(
    uint BaudRate, byte DataSize, ComPortParity Parity, ComPortStopSize StopSize, ComPortControl Flow = ComPortControl.QueryFlow)
{
    /// <summary>9600 bits per second, 8 data bits, no parity, one stop bit, no flow control: what most lines start with.</summary>
    public static LineSettings Default { get; } = new(9600, 8, ComPortParity.None, ComPortStopSize.One, ComPortControl.FlowNone);

    /// <summary>These settings, with what is known of others in their place.</summary>
    /// <param name="over">Its unknown parts leave these as they are.</param>
    /// <returns>Both in one.</returns>
    public LineSettings With(LineSettings over) => new(
        over.BaudRate != 0 ? over.BaudRate : BaudRate,
        over.DataSize != 0 ? over.DataSize : DataSize,
        over.Parity != ComPortParity.Query ? over.Parity : Parity,
        over.StopSize != ComPortStopSize.Query ? over.StopSize : StopSize,
        over.Flow != ComPortControl.QueryFlow ? over.Flow : Flow);

    /// <summary>What is known here and is not the same in others.</summary>
    /// <param name="known">Other settings.</param>
    /// <returns>These settings; parts that both have alike are unknown.</returns>
    public LineSettings Except(LineSettings known) => new(
        BaudRate != known.BaudRate ? BaudRate : 0,
        DataSize != known.DataSize ? DataSize : (byte)0,
        Parity != known.Parity ? Parity : ComPortParity.Query,
        StopSize != known.StopSize ? StopSize : ComPortStopSize.Query,
        Flow != known.Flow ? Flow : ComPortControl.QueryFlow);
}
