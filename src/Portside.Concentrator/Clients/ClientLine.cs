using System.Buffers;
using Portside.Concentrator.Ports;
using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Clients;

/// <summary>
/// The line as a client sees it that speaks RFC 2217: the port's, for a client that may type; one that may only read is
/// told what is in force and changes nothing.
/// </summary>
/// <remarks>
/// The client's reading loop accepts, its sender tells; the lock is for these two. The port is changed outside of it, as
/// that wakes others.
/// </remarks>
internal sealed class ClientLine : IComPortDevice
{
    private readonly Client _client;
    private readonly Port _port;
    private readonly ComPortServer _server;
    private readonly Lock _lock = new();
    private LineSettings _wanted;
    private bool? _dtr;
    private bool? _rts;
    private bool _breaking;
    private bool _breakDue;
    private bool _purgesInput;
    private bool _purgesOutput;
    private int _breaksHeard;
    private volatile bool _suspended;

    public ClientLine(Client client, Port port)
    {
        (_client, _port) = (client, port);
        _server = new ComPortServer(this);
    }

    /// <summary>Whether the client takes no data now.</summary>
    public bool IsSuspended => _suspended;

    ReadOnlySpan<byte> IComPortDevice.Signature => "Portside"u8;

    LineSettings IComPortDevice.Settings => _port.Line.With(_wanted);

    bool IComPortDevice.IsBreaking => _breaking;

    bool IComPortDevice.Dtr => _dtr ?? _port.ClientsSignals.Dtr;

    bool IComPortDevice.Rts => _rts ?? _port.ClientsSignals.Rts;

    ComPortModemState IComPortDevice.ModemState => _port.ModemStateForClients;

    private bool MayDrive => PortAccess.Writes(_client.Mode);

    /// <summary>The option is on.</summary>
    public void Start(IBufferWriter<byte> output)
    {
        lock (_lock)
            _server.Start(output);
    }

    /// <summary>Hears a message of the client.</summary>
    /// <param name="payload">A subnegotiation's payload.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <returns>Whether something is due behind what the client typed before: <see cref="Settle"/> does it.</returns>
    public bool Accept(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        LineSettings wanted;
        bool? dtr, rts;
        lock (_lock)
        {
            _server.Accept(payload, output);
            (wanted, dtr, rts) = (_wanted, _dtr, _rts);
        }

        if (wanted != default)
            _port.SetLine(_client, wanted);
        if (dtr is not null || rts is not null)
            _port.SetSignals(_client, dtr, rts);
        lock (_lock)
        {
            (_wanted, _dtr, _rts) = (default, null, null);
            return _breakDue || _purgesInput;
        }
    }

    /// <summary>Whether something waits for <see cref="Settle"/>.</summary>
    public bool IsDue
    {
        get
        {
            lock (_lock)
                return _breakDue || _purgesInput;
        }
    }

    /// <summary>Sends the break, or throws away what waits for the machine, that the client asked for last.</summary>
    public void Settle()
    {
        bool breaks, purges;
        lock (_lock)
        {
            (breaks, purges) = (_breakDue, _purgesInput);
            _breakDue = _purgesInput = false;
        }

        if (purges)
            _port.PurgeInput(_client);
        if (breaks && MayDrive)
            _port.Break(_client.Name);
    }

    /// <summary>Tells the client what is not as it was last told.</summary>
    public void Tell(IBufferWriter<byte> output)
    {
        lock (_lock)
        {
            _server.TellSettings(output);
            _server.TellModemState(output);
            if (Interlocked.Exchange(ref _breaksHeard, 0) > 0)
                _server.TellLineState(ComPortLineState.Break, output);
        }
    }

    /// <summary>The machine sent a break.</summary>
    public void HearBreak() => Interlocked.Increment(ref _breaksHeard);

    /// <summary>Whether the client wants what is on its way to it thrown away; asked once.</summary>
    public bool TakePurge()
    {
        lock (_lock)
        {
            (var purges, _purgesOutput) = (_purgesOutput, false);
            return purges;
        }
    }

    void IComPortDevice.Apply(LineSettings wanted)
    {
        if (MayDrive)
            _wanted = _wanted.With(wanted);
    }

    void IComPortDevice.SetBreak(bool on)
    {
        _breakDue |= on && !_breaking && MayDrive;
        _breaking = on && MayDrive;
    }

    void IComPortDevice.SetSignals(bool? dtr, bool? rts)
    {
        if (MayDrive)
            (_dtr, _rts) = (dtr ?? _dtr, rts ?? _rts);
    }

    void IComPortDevice.Purge(ComPortPurge what)
    {
        _purgesOutput |= what != ComPortPurge.Transmit;
        _purgesInput |= what != ComPortPurge.Receive;
    }

    void IComPortDevice.OnSuspended(bool suspended) => _suspended = suspended;

    void IComPortDevice.OnSignature(ReadOnlySpan<byte> text)
    {
        // Nothing depends on what a client calls itself.
    }
}
