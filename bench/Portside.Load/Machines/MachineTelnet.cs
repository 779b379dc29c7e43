using Portside.Load.Wire;

namespace Portside.Load.Machines;

/// <summary>
/// What a machine says in telnet: reacts to a talkative or a silent proxy until its port is proxied, answers who it
/// is, and hears the answers of a vMotion. No socket: bytes in, replies out.
/// </summary>
internal sealed class MachineTelnet : ITelnetSink
{
    private readonly MachineIdentity _identity;
    private readonly byte[]? _migrationKey;
    private TelnetReader _reader;
    private TelnetWriter _replies = null!;
    private MachineOptions _ours;
    private MachineOptions _theirs;
    private bool _introduced;
    private bool _identified;
    private bool _accepted;
    private DataHandler? _data;

    /// <param name="identity">What it answers when asked who it is.</param>
    /// <param name="migrationKey">For a vMotion's destination: sequence and secret to show instead of DO-PROXY.</param>
    public MachineTelnet(MachineIdentity identity, byte[]? migrationKey)
    {
        _identity = identity;
        _migrationKey = migrationKey;
    }

    public delegate void DataHandler(ReadOnlySpan<byte> data);

    /// <summary>WILL-PROXY has come and the UUID was asked for, or PEER-OK has come.</summary>
    public bool IsReady => _accepted && (_identified || _migrationKey is not null);

    /// <summary>Why the concentrator does not serve this machine; null while it does.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Sequence and secret of the last GOAHEAD.</summary>
    public byte[]? GoAhead { get; private set; }

    public bool NotNow { get; private set; }

    /// <summary>The first words, before anything is read.</summary>
    public void Open(TelnetWriter replies)
    {
        _ours |= MachineOptions.Authentication;
        replies.Negotiate(Telnet.Will, Telnet.Authentication);
    }

    /// <summary>Offers option 232 unless that is done: with a proxy that is silent, the machine must lead.</summary>
    public void Lead(TelnetWriter replies)
    {
        if ((_ours & MachineOptions.Extension) != 0)
            return;
        _ours |= MachineOptions.Extension;
        replies.Negotiate(Telnet.Will, Telnet.Extension);
    }

    public void Begin(ReadOnlySpan<byte> sequence, TelnetWriter replies)
    {
        (GoAhead, NotNow) = (null, false);
        replies.Extend(Suboption.VmotionBegin, sequence);
    }

    public void Abort(TelnetWriter replies)
    {
        GoAhead = null;
        replies.Extend(Suboption.VmotionAbort);
    }

    /// <exception cref="InvalidDataException">The proxy breaks RFC 855.</exception>
    public void Hear(ReadOnlySpan<byte> received, TelnetWriter replies, DataHandler data)
    {
        (_replies, _data) = (replies, data);
        _reader.Feed(received, this);
    }

    void ITelnetSink.Data(ReadOnlySpan<byte> data) => _data!(data);

    void ITelnetSink.Negotiation(byte verb, byte option)
    {
        var known = option switch
        {
            Telnet.Binary => MachineOptions.Binary,
            Telnet.Echo => MachineOptions.Echo,
            Telnet.SuppressGoAhead => MachineOptions.SuppressGoAhead,
            Telnet.Authentication => MachineOptions.Authentication,
            Telnet.ComPort => MachineOptions.ComPort,
            Telnet.Extension => MachineOptions.Extension,
            _ => MachineOptions.None,
        };
        switch (verb)
        {
            case Telnet.Do:
                HearDo(option, known);
                break;
            case Telnet.Dont:
                HearDont(option, known);
                break;
            case Telnet.Will when known is MachineOptions.Binary or MachineOptions.SuppressGoAhead or MachineOptions.Echo:
                if ((_theirs & known) == 0)
                    _replies.Negotiate(Telnet.Do, option);
                _theirs |= known;
                break;
            case Telnet.Will:
                _replies.Negotiate(Telnet.Dont, option);
                break;
            case Telnet.Wont when (_theirs & known) != 0:
                _theirs &= ~known;
                _replies.Negotiate(Telnet.Dont, option);
                break;
        }
    }

    void ITelnetSink.Subnegotiation(byte option, ReadOnlySpan<byte> payload)
    {
        if (option == Telnet.Authentication && payload is [1, ..])
        {
            // SEND offers in-band TLS. IS with the null type declines every pair: the figures here are of plain links.
            _replies.Subnegotiate(Telnet.Authentication, [0, 0, 0]);
            Lead(_replies);
        }
        else if (option == Telnet.Extension && !payload.IsEmpty)
        {
            HearExtension(payload[0], payload[1..]);
        }
    }

    private void HearExtension(byte code, ReadOnlySpan<byte> payload)
    {
        switch (code)
        {
            case Suboption.GetVcUuid:
                _identified = true;
                _replies.Extend(Suboption.VcUuid, _identity.WireUuid);
                break;
            case Suboption.GetBiosUuid:
                _replies.Extend(Suboption.BiosUuid, _identity.WireUuid);
                break;
            case Suboption.GetLocationUuid:
                _replies.Extend(Suboption.LocationUuid, _identity.WireUuid);
                break;
            case Suboption.GetName:
                _replies.Extend(Suboption.Name, _identity.NameBytes);
                break;
            case Suboption.WillProxy when !_accepted:
                _accepted = true;
                _ours |= MachineOptions.ComPort;
                _replies.Negotiate(Telnet.Will, Telnet.ComPort);
                break;
            case Suboption.WontProxy:
                Refusal = "WONT-PROXY: the concentrator does not serve \"vSPC.py\" in direction server";
                break;
            case Suboption.VmotionPeerOk:
                _accepted = true;
                break;
            case Suboption.VmotionGoAhead:
                GoAhead = payload.ToArray();
                break;
            case Suboption.VmotionNotNow:
                NotNow = true;
                break;
            case Suboption.UnknownToProxy when payload is [Suboption.VmotionPeer]:
                Refusal = "the concentrator does not know the migration's key";
                break;
        }
    }

    private void HearDo(byte option, MachineOptions known)
    {
        if (known is MachineOptions.None or MachineOptions.Echo)
        {
            _replies.Negotiate(Telnet.Wont, option);
            return;
        }

        if ((_ours & known) == 0)
            _replies.Negotiate(Telnet.Will, option);
        _ours |= known;
        if (known == MachineOptions.Extension)
            Introduce();
    }

    private void HearDont(byte option, MachineOptions known)
    {
        var had = (_ours & known) != 0;
        if (known != MachineOptions.Extension)
            _ours &= ~known;
        switch (known)
        {
            case MachineOptions.Authentication:
                Lead(_replies);
                break;
            case MachineOptions.Extension:
                Refusal = "the peer refuses option 232: it is not a concentrator";
                break;
            case MachineOptions.Binary or MachineOptions.SuppressGoAhead when had:
                _replies.Negotiate(Telnet.Wont, option);
                break;
        }
    }

    private void Introduce()
    {
        if (_introduced)
            return;
        _introduced = true;
        _replies.Extend(Suboption.KnownToMachine, Suboption.Known);
        if (_migrationKey is null)
        {
            _replies.Extend(Suboption.DoProxy, "SvSPC.py"u8);
            return;
        }

        _ours |= MachineOptions.ComPort;
        _replies.Extend(Suboption.VmotionPeer, _migrationKey).Negotiate(Telnet.Will, Telnet.ComPort);
    }
}
