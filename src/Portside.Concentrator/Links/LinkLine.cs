using System.Buffers;
using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Links;

/// <summary>
/// The line of a machine whose link speaks RFC 2217: what it tells is kept for its port, and what clients make of the
/// port's line is told to it where <see cref="LineTelling"/> says so.
/// </summary>
/// <remarks>
/// The link's reading loop accepts, its sender tells; the lock is for these two. The port is called outside of it, as that
/// wakes others.
/// </remarks>
internal sealed class LinkLine : IComPortDevice
{
    private readonly Link _link;
    private readonly LineTelling _telling;
    private readonly ComPortServer _server;
    private readonly Lock _lock = new();
    private LineSettings _own;
    private LineSettings _heard;
    private bool? _dtr;
    private bool? _rts;
    private bool _breaking;
    private bool _anySignal;
    private bool _isBridge;

    public LinkLine(Link link, LineTelling telling)
    {
        (_link, _telling) = (link, telling);
        _server = new ComPortServer(this);
    }

    /// <summary>How a bridge's signature begins.</summary>
    public static ReadOnlySpan<byte> BridgeSignature => "Portside bridge"u8;

    /// <summary>Whether the machine is told what changes.</summary>
    public bool IsTold => _telling == LineTelling.All || (_telling == LineTelling.Bridge && Volatile.Read(ref _isBridge));

    ReadOnlySpan<byte> IComPortDevice.Signature => "Portside"u8;

    LineSettings IComPortDevice.Settings => IsTold && _link.Port is { } port
        ? port.Line.With(_heard)
        : LineSettings.Default.With(_own);

    bool IComPortDevice.IsBreaking => _breaking;

    bool IComPortDevice.Dtr => _dtr ?? true;

    bool IComPortDevice.Rts => _rts ?? true;

    ComPortModemState IComPortDevice.ModemState => _link.Port?.ModemStateForMachine ?? default;

    /// <summary>The option is on.</summary>
    public void Start(IBufferWriter<byte> output)
    {
        if (_telling != LineTelling.All)
            return;
        lock (_lock)
            _server.Start(output);
    }

    /// <summary>Hears a message of the machine.</summary>
    public void Accept(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        bool suspended, broke, isBridge;
        lock (_lock)
        {
            (suspended, broke, isBridge) = (_server.IsSuspended, _breaking, _isBridge);
            _server.Accept(payload, output);
            if (_isBridge && !isBridge && _telling == LineTelling.Bridge)
                _server.Start(output);
        }

        if (_server.IsSuspended != suspended)
            _link.Suspend(!suspended);
        if (_link.Port is not { } port)
            return;
        Claimed();
        if (_breaking && !broke)
            port.HearBreak(_link);
    }

    /// <summary>The link has its port, which hears now what the machine told before.</summary>
    public void Claimed()
    {
        if (_link.Port is not { } port)
            return;
        if (_heard != default)
        {
            port.HearLine(_link, _heard);
            lock (_lock)
                _heard = default;

            // A client may have changed the line while that was on its way: its word is the later one.
            _link.LineChanged();
        }

        if (_anySignal)
        {
            _anySignal = false;
            port.HearSignals(_link, _dtr, _rts);
        }
    }

    /// <summary>Tells the machine what is not as it was last told.</summary>
    public void Tell(IBufferWriter<byte> output)
    {
        lock (_lock)
        {
            _server.TellSettings(output);
            _server.TellModemState(output);
        }
    }

    void IComPortDevice.Apply(LineSettings wanted) => (_own, _heard) = (_own.With(wanted), _heard.With(wanted));

    void IComPortDevice.SetBreak(bool on) => _breaking = on;

    void IComPortDevice.SetSignals(bool? dtr, bool? rts) =>
        (_dtr, _rts, _anySignal) = (dtr ?? _dtr, rts ?? _rts, true);

    void IComPortDevice.Purge(ComPortPurge what)
    {
        // A guest that empties the few bytes of its UART does not mean the many that people typed ahead.
    }

    void IComPortDevice.OnSuspended(bool suspended)
    {
        // Looked at when the server's lock is free again.
    }

    void IComPortDevice.OnSignature(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(BridgeSignature))
            Volatile.Write(ref _isBridge, true);
    }
}
