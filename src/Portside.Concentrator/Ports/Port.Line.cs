using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Telnet;
using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Ports;

/// <content>
/// What a serial line has besides bytes: speed and framing, modem lines, and breaks. The port is a null-modem cable: what
/// one end's DTR is, the other's DSR and DCD are; what one end's RTS is, the other's CTS is.
/// </content>
public sealed partial class Port
{
    /// <summary>Breaks that may wait for the machine at once; one that leaves so many unread has breaks enough.</summary>
    private const int MaxBreaks = 4096;

    /// <summary>How often the log hears of breaks.</summary>
    private static readonly TimeSpan TellBreaksEvery = TimeSpan.FromSeconds(1);

    private long _toldBreakAt;
    private int _untoldBreaks;

    /// <summary>Where in the machine's input a break stands: behind so many bytes of all that ever waited.</summary>
    private Queue<long>? _breaks;
    private long _inputTaken;
    private LineSettings _machineLine;
    private LineSettings _line;
    private bool? _machineDtr;
    private bool? _machineRts;
    private bool _clientsDtr = true;
    private bool _clientsRts = true;

    /// <summary>Speed and framing in force: the last word of machine or clients, and the usual where nobody said anything.</summary>
    internal LineSettings Line
    {
        get
        {
            lock (_lock)
                return LineSettings.Default.With(_line);
        }
    }

    /// <summary>The modem lines as a client sees them; without a machine, all are off. One that tells no DTR and RTS has them on.</summary>
    internal ComPortModemState ModemStateForClients
    {
        get
        {
            lock (_lock)
                return State == PortState.Disconnected ? default : Crossed(_machineDtr ?? true, _machineRts ?? true);
        }
    }

    /// <summary>The modem lines as the machine sees them.</summary>
    internal ComPortModemState ModemStateForMachine
    {
        get
        {
            lock (_lock)
                return Crossed(_clientsDtr, _clientsRts);
        }
    }

    /// <summary>The clients' DTR and RTS.</summary>
    internal (bool Dtr, bool Rts) ClientsSignals
    {
        get
        {
            lock (_lock)
                return (_clientsDtr, _clientsRts);
        }
    }

    /// <summary>Sends a break to the machine, in its place among the bytes typed; during a migration it waits with them.</summary>
    /// <param name="by">Who asked.</param>
    /// <param name="key">A byte to follow right behind it, before anybody else's: what Linux calls a SysRq key; null for none.</param>
    /// <returns>False when no machine is connected.</returns>
    public bool Break(string by, byte? key = null)
    {
        Link? link;
        int told;
        lock (_lock)
        {
            if (State == PortState.Disconnected)
                return false;
            told = CountBreak();
            _breaks ??= new();
            if (_breaks.Count < MaxBreaks)
            {
                _breaks.Enqueue(_inputTaken + _input.Count);

                // Past the queue's limit if need be: the two belong together, and breaks are bounded themselves.
                if (key is { } sysRq)
                    System.Buffers.BuffersExtensions.Write(_input, [sysRq]);
            }

            link = _migration is { Holds: true } ? null : _link;
        }

        if (told > 0)
            LogBreak(Title, by, told);
        link?.Wake();
        return true;
    }

    /// <summary>
    /// Breaks to tell the log of: this one and those it was not told of before, or none for now. Breaks may come as fast as
    /// bytes do. The lock is held.
    /// </summary>
    private int CountBreak()
    {
        _untoldBreaks++;
        if (_toldBreakAt != 0 && _context.Time.GetElapsedTime(_toldBreakAt) < TellBreaksEvery)
            return 0;
        (_toldBreakAt, var told, _untoldBreaks) = (_context.Time.GetTimestamp(), _untoldBreaks, 0);
        return told;
    }

    /// <summary>A client wants the line set so.</summary>
    /// <param name="client">Who; one that may only read or is not attached changes nothing.</param>
    /// <param name="wanted">Unknown parts stay.</param>
    internal void SetLine(Client client, LineSettings wanted)
    {
        Link? link;
        Client[] clients;
        lock (_lock)
        {
            var line = _line.With(wanted);
            if (!MayDrive(client) || line == _line)
                return;
            _line = line;
            (link, clients) = (_link, _clients);
        }

        link?.LineChanged();
        TellLineChanged(clients, client);
    }

    /// <summary>A client's DTR and RTS.</summary>
    /// <param name="client">Who; one that may only read or is not attached changes nothing.</param>
    /// <param name="dtr">Data terminal ready; null leaves it.</param>
    /// <param name="rts">Request to send; null leaves it.</param>
    internal void SetSignals(Client client, bool? dtr, bool? rts)
    {
        Link? link;
        lock (_lock)
        {
            if (!MayDrive(client))
                return;
            client.DrivesSignals = true;
            (_clientsDtr, _clientsRts) = (dtr ?? _clientsDtr, rts ?? _clientsRts);
            link = _link;
        }

        link?.LineChanged();
    }

    /// <summary>A client wants what waits for the machine thrown away; done only if nobody else's bytes could be among it.</summary>
    /// <param name="client">Who.</param>
    internal void PurgeInput(Client client)
    {
        List<TaskCompletionSource>? waiting;
        lock (_lock)
        {
            if (!MayDrive(client) || _migration is not null || _clients.Any(c => c != client && PortAccess.Writes(c.Mode)))
                return;
            DiscardInput(out waiting);
        }

        Release(waiting);
    }

    /// <summary>The machine told how its line is set.</summary>
    internal void HearLine(Link link, LineSettings told)
    {
        Client[] clients;
        lock (_lock)
        {
            if (!IsMachine(link))
                return;
            _machineLine = _machineLine.With(told);
            var line = _line.With(told);
            if (line == _line)
                return;
            _line = line;
            clients = _clients;
        }

        TellLineChanged(clients, except: null);
    }

    /// <summary>The machine's DTR and RTS.</summary>
    internal void HearSignals(Link link, bool? dtr, bool? rts)
    {
        Client[] clients;
        lock (_lock)
        {
            if (!IsMachine(link))
                return;
            (_machineDtr, _machineRts) = (dtr ?? _machineDtr, rts ?? _machineRts);
            clients = _clients;
        }

        TellLineChanged(clients, except: null);
    }

    /// <summary>The machine sent a break.</summary>
    internal void HearBreak(Link link)
    {
        Client[] clients;
        lock (_lock)
        {
            if (_link != link)
                return;
            clients = _clients;
        }

        foreach (var client in clients)
            client.OnBreak();
    }

    private static ComPortModemState Crossed(bool dtr, bool rts) =>
        (dtr ? ComPortModemState.Dsr | ComPortModemState.Dcd : 0) | (rts ? ComPortModemState.Cts : 0);

    private static void TellLineChanged(Client[] clients, Client? except)
    {
        foreach (var client in clients)
        {
            if (client != except)
                client.OnLineChanged();
        }
    }

    /// <summary>How far the machine's input goes until the next break, or null when a break is due now; the lock is held.</summary>
    private int? BytesBeforeBreak()
    {
        var ahead = _breaks!.Peek() - _inputTaken;
        return ahead == 0 ? null : (int)ahead;
    }

    private static int WriteBreak(Span<byte> destination)
    {
        destination[0] = TelnetCommand.Iac;
        destination[1] = TelnetCommand.Break;
        return 2;
    }

    /// <summary>Who set the modem lines is gone; without anybody they are on again. The lock is held.</summary>
    private bool ReleaseSignals(Client client)
    {
        if (!client.DrivesSignals || _clients.Any(c => c.DrivesSignals))
            return false;
        var changed = !_clientsDtr || !_clientsRts;
        _clientsDtr = _clientsRts = true;
        return changed;
    }

    private bool MayDrive(Client client) => PortAccess.Writes(client.Mode) && client.IsAttached && client.Port == this;

    private bool IsMachine(Link link) => _link == link || _migration?.Candidate == link;
}
