using Portside.Lines;
using Portside.Telnet.ComPort;

namespace Portside.Host.Ports;

/// <content>
/// What the port has besides bytes: how its UART is set, modem lines and breaks. A bridge, which has a real line where a
/// machine has a guest, reports the line here and hears by <see cref="Observer"/> what is wanted of it.
/// </content>
public sealed partial class VirtualSerialPort
{
    private LineSettings? _line;
    private bool? _dtr;
    private bool? _rts;

    /// <summary>
    /// Who hears what the proxy says besides data; set it before connecting. A break is told by the reader's thread, in
    /// its place: after the read that brought the last byte before it and before the one that brings the next. The rest
    /// is told by the connection's thread.
    /// </summary>
    public ILineObserver? Observer { get; set; }

    /// <summary>How the UART, or the line behind it, is set.</summary>
    public LineSettings Line
    {
        get
        {
            lock (_lock)
                return _line ?? Options.Line;
        }
    }

    /// <summary>What there is to tell a proxy.</summary>
    internal (LineSettings Settings, bool? Dtr, bool? Rts) LineToTell
    {
        get
        {
            lock (_lock)
                return (_line ?? Options.Line, _dtr, _rts);
        }
    }

    /// <summary>
    /// The UART, or the line behind it, is set so now; the proxy is told where this end said otherwise or nothing so far.
    /// A bridge thereby confirms what was wanted of it, or says what its line made of it.
    /// </summary>
    /// <param name="settings">Unknown parts stay as they are.</param>
    public void SetLine(LineSettings settings)
    {
        SerialLink? link;
        lock (_lock)
        {
            _line = (_line ?? Options.Line).With(settings);
            link = _link;
        }

        link?.TellLine();
    }

    /// <summary>
    /// This end's outgoing modem lines. For a bridge they are what its real line receives: DTR is what came as DSR or
    /// DCD, RTS what came as CTS.
    /// </summary>
    /// <param name="dtr">Data terminal ready; null leaves it.</param>
    /// <param name="rts">Request to send; null leaves it.</param>
    public void SetSignals(bool? dtr, bool? rts)
    {
        SerialLink? link;
        lock (_lock)
        {
            (_dtr, _rts) = (dtr ?? _dtr, rts ?? _rts);
            link = _link;
        }

        link?.TellLine(signalsOnly: true);
    }

    /// <summary>Sends a break to the proxy, behind the output whose writing completed before.</summary>
    /// <returns>False without a connection, and during a vMotion.</returns>
    public bool SendBreak()
    {
        SerialLink? link;
        lock (_lock)
            link = _state == VirtualSerialPortState.Connected ? _link : null;
        link?.SendBreak();
        return link is not null;
    }

    internal void OnBreak(SerialLink link)
    {
        lock (_lock)
        {
            if (link != _link)
                return;
            _breaks++;
            _input.AppendBreak();
            if (!_stunned)
                _readable.Raise();
        }
    }

    internal void OnLine(SerialLink link, LineEvents events)
    {
        LineSettings line;
        lock (_lock)
        {
            if (link != _link && link != _candidate)
                return;
            line = _line ?? Options.Line;
        }

        if (Observer is not { } observer)
            return;

        // What it only repeats is no news, and no reason to set again what may just have been set otherwise.
        if (events.Settings?.Except(line) is { } news && news != default)
            observer.OnSettings(news);
        if (events.ModemState is { } modem)
            observer.OnModemState(modem);
        if (events.LineState != ComPortLineState.None)
            observer.OnLineState(events.LineState);
    }

    /// <summary>The proxy takes data again.</summary>
    internal void OnResumed()
    {
        lock (_lock)
            _change.Raise();
    }
}
