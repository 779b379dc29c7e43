using System.Numerics;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Migration;
using Portside.Concentrator.Ports;
using Portside.Lines.Uris;
using Portside.Telnet;
using Portside.Telnet.Authentication;
using Portside.Telnet.Negotiation;
using Portside.Telnet.Terminal;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Concentrator.Links;

/// <summary>
/// What the concentrator says and understands on a link: tokens in, replies out. Plain code, called by the link's
/// reading loop alone; sockets, TLS and waiting are the link's.
/// </summary>
/// <remarks>
/// <code>
/// quiet ─first word, or 0.5 s─▶ spoken ─WILL 232─▶ greeted ─DO-PROXY + UUID─▶ claimed ─▶ data, vMotion
///    └─WILL AUTHENTICATION─▶ TLS, then as after the first word
/// </code>
/// A destination of a vMotion says PEER instead of DO-PROXY and has its port by COMPLETE.
/// </remarks>
internal sealed partial class LinkProtocol
{
    /// <summary>Serial bytes held for a machine that is not identified yet; real ones send few or none.</summary>
    public const int MaxEarlyBytes = 64 * 1024;

    /// <summary>How often each kind of UUID is asked for: once more than once, as the first answer may be cut short.</summary>
    private const int MaxUuidRequests = 2;

    /// <summary>How every TLS handshake begins: its record's type, and 3 as the major version.</summary>
    private const byte TlsHandshake = 0x16;

    /// <inheritdoc cref="TlsHandshake" />
    private const byte TlsMajorVersion = 3;

    private readonly Link _link;
    private readonly LinkContext _context;
    private readonly ILogger _log;
    private readonly ByteQueue _replies;
    private readonly ByteQueue _early = new(MaxEarlyBytes);
    private OptionNegotiator _options;
    private NvtInput _nvtInput;
    private UInt128 _known;
    private byte[]? _doProxy;
    private bool _anyCommand;
    private bool _greeted;
    private bool _routed;
    private bool _secured;
    private int _vcUuidRequests;
    private int _biosUuidRequests;
    private int _oddities;

    // A peer may repeat itself thousands of times in one read; the log hears of the 1st, 2nd, 4th and so on.
    private int _unreadable;
    private int _refusedMoves;
    private int _unknownKeys;

    public LinkProtocol(Link link, LinkContext context, ByteQueue replies)
    {
        _link = link;
        _context = context;
        _log = context.Log;
        _replies = replies;
        _options = new OptionNegotiator(OptionTables.Concentrator(context.Tls is not null, context.Options.ComPort));
    }

    /// <summary>Whether the peer has shown the virtual serial port option.</summary>
    public bool IsMachine => _options.IsOn(OptionSide.Remote, TelnetOptionCode.VirtualSerialPort);

    /// <summary>Whether the concentrator has said its wishes.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>Whether the identity deadline has nothing more to wait for.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether all is told that a claim takes, and nothing is served yet.</summary>
    private bool IsHeld => _link.Case is { IsHeld: true };

    public string? Label { get; private set; }

    /// <summary>What RFC 2217 says on this link; null before the machine offered it.</summary>
    public LinkLine? Line { get; private set; }

    /// <summary>What the machine's service URI asks to be dialled, listened for or plugged in; null for nothing.</summary>
    public SerialUri? Remote { get; private set; }

    /// <summary>Whether carriage returns towards the machine need RFC 854's NUL.</summary>
    public bool TranslatesOutput =>
        _context.Options.TranslateCr && !_options.IsOn(OptionSide.Local, TelnetOptionCode.Binary);

    /// <summary>TLS is up: from its first byte on, or from here on. Options agreed to before stay agreed to.</summary>
    public void Secured()
    {
        _secured = true;
        if (!_anyCommand)
            _options = new OptionNegotiator(OptionTables.Concentrator(tls: false, _context.Options.ComPort));
        Speak();
        Greet();
    }

    /// <summary>The concentrator's wishes; said after the machine's first word, or when it stays quiet.</summary>
    public void Speak()
    {
        if (HasSpoken)
            return;
        HasSpoken = true;
        _options.Request(OptionSide.Local, TelnetOptionCode.Binary, on: true, _replies);
        _options.Request(OptionSide.Local, TelnetOptionCode.SuppressGoAhead, on: true, _replies);
        _options.Request(OptionSide.Local, TelnetOptionCode.Echo, on: true, _replies);
        _options.Request(OptionSide.Remote, TelnetOptionCode.Binary, on: true, _replies);
        _options.Request(OptionSide.Remote, TelnetOptionCode.SuppressGoAhead, on: true, _replies);
        _options.Request(OptionSide.Remote, TelnetOptionCode.VirtualSerialPort, on: true, _replies);
    }

    /// <summary>The next token of the peer.</summary>
    public Flow Accept(TelnetToken token)
    {
        switch (token.Kind)
        {
            case TelnetTokenKind.Data:
                return Data(token.Payload);
            case TelnetTokenKind.Negotiation:
                return Negotiate(token.Command, token.Option);
            case TelnetTokenKind.Subnegotiation:
                return Subnegotiate(token.Option, token.Payload);
            case TelnetTokenKind.BrokenSubnegotiation or TelnetTokenKind.Undefined:
                _oddities++;
                LogOddity(_link.Address, token.Kind, _oddities);
                return Flow.Continue;
            default:
                // NOP, DM, AYT and the rest mean nothing on a serial line.
                _anyCommand = true;
                if (token.Command == TelnetCommand.Break)
                    _link.Port?.HearBreak(_link);
                return Flow.Continue;
        }
    }

    /// <summary>The machine is not served after all.</summary>
    public void Refuse() => VspMessage.Write(_replies, VspCode.WontProxy);

    /// <summary>The link has its port: what came early goes there first.</summary>
    public void Claimed(Port port)
    {
        if (Remote is not null)
            VspMessage.Write(_replies, VspCode.WillProxy);
        IsSettled = true;
        Span<byte> chunk = stackalloc byte[512];
        while (_early.Count > 0)
            port.Receive(_link, chunk[.._early.Dequeue(chunk)]);
        Line?.Claimed();
    }

    /// <summary>Throws away what came early: the link is kept apart.</summary>
    public int DropEarly() => _early.Clear();

    private Flow Data(ReadOnlySpan<byte> payload)
    {
        if (_context.Options.TranslateCr && !_options.IsOn(OptionSide.Remote, TelnetOptionCode.Binary))
            payload = Translate(payload);
        if (_link.Port is { } port)
        {
            if (port.Receive(_link, payload))
                return Flow.Continue;
            _link.End(LinkEnd.TooMuchTooEarly);
            return Flow.Close;
        }

        if (!_anyCommand)
            return payload is [TlsHandshake, TlsMajorVersion, ..] ? LateTls() : NotAMachine();
        if (_link.Case is { IsHeld: true } held)
        {
            _context.Ports.Quarantine.Dropped(held, held.IsFinal ? payload.Length : payload.Length - _early.Enqueue(payload));
            return Flow.Continue;
        }

        if (_early.Enqueue(payload) == payload.Length)
            return Flow.Continue;
        _link.Reject(
            LinkEnd.TooMuchTooEarly,
            "data-before-identity",
            $"More than {MaxEarlyBytes} bytes of serial data came before the machine said who it is.");
        return Flow.Close;
    }

    private Span<byte> Translate(ReadOnlySpan<byte> payload)
    {
        var copy = payload.ToArray();
        return _nvtInput.Filter(copy);
    }

    private Flow Negotiate(byte verb, byte option)
    {
        _anyCommand = true;
        var change = _options.Receive(verb, option, _replies);
        if (change is { Option: TelnetOptionCode.Authentication, Settled: true, Enabled: true })
        {
            AuthenticationMessage.WriteSend(_replies);
            return Flow.Continue;
        }

        if (option == TelnetOptionCode.Authentication && verb == TelnetCommand.Wont)
            return WithoutTls();

        // TLS in band comes first if it comes at all: what this end says in plain text meanwhile would be in its way.
        if (option != TelnetOptionCode.Authentication || _context.Tls is null || _secured)
            Speak();
        if (change is { Option: TelnetOptionCode.VirtualSerialPort, Side: OptionSide.Remote })
        {
            if (change.Enabled)
                Greet();
            else
                return NotAMachine();
        }

        if (change is { Option: TelnetOptionCode.ComPort, Settled: true, Enabled: true })
            (Line ??= new LinkLine(_link, _context.Options.LineSettings)).Start(_replies);
        return Flow.Continue;
    }

    private Flow WithoutTls()
    {
        if (_context.Options.Tls == TlsPolicy.Require && !_secured)
        {
            _link.Reject(
                LinkEnd.TlsRequired,
                "tls-required",
                "TLS is demanded (vm.tls: require) and the machine does not speak it: use a telnets:// proxy URI.");
            return Flow.Close;
        }

        Speak();
        Greet();
        return Flow.Continue;
    }

    private void Greet()
    {
        if (_greeted || !IsMachine || (_context.Options.Tls == TlsPolicy.Require && !_secured))
            return;
        _greeted = true;
        VspMessage.Write(_replies, VspCode.KnownSuboptions2, VspSuboptions.Proxy);
        VspMessage.Write(_replies, VspCode.GetVmVcUuid);
        VspMessage.Write(_replies, VspCode.GetVmName);
        _vcUuidRequests = 1;
    }

    private Flow Subnegotiate(byte option, ReadOnlySpan<byte> payload)
    {
        _anyCommand = true;
        switch (option)
        {
            case TelnetOptionCode.Authentication when _options.IsOn(OptionSide.Remote, option) && !_secured:
                if (!AuthenticationMessage.IsStart(payload, out var modifier))
                    return WithoutTls();

                // Once serial data may flow, it would get between the handshake's records: too late for TLS.
                AuthenticationMessage.WriteReply(_replies, modifier, accept: !IsSettled && !IsHeld);
                return IsSettled || IsHeld ? Flow.Continue : Flow.StartTls;
            case TelnetOptionCode.ComPort when Line is not null && _options.IsOn(OptionSide.Remote, option):
                Line.Accept(payload, _replies);
                return Flow.Continue;
            case TelnetOptionCode.VirtualSerialPort when VspMessage.TryRead(payload, out var message):
                return _greeted ? Accept(message) : EarlyMessage();
            default:
                return Flow.Continue;
        }
    }

    /// <summary>A message before the option was agreed to, or before the TLS that is demanded.</summary>
    private Flow EarlyMessage() => _context.Options.Tls == TlsPolicy.Require && !_secured ? WithoutTls() : Flow.Continue;

    private Flow Accept(VspMessage message)
    {
        switch (message.Code)
        {
            case VspCode.KnownSuboptions1:
                foreach (var code in message.Payload)
                    _known |= code < 128 ? UInt128.One << code : 0;
                return Flow.Continue;
            case VspCode.UnknownSuboptionReceived1:
                LogUnknownSuboption(_link.Address, message.Payload.IsEmpty ? (byte)0 : message.Payload[0]);
                if (message.Payload is [(byte)VspCode.GetVmVcUuid])
                    AskBiosUuid();
                return Flow.Continue;
            case VspCode.DoProxy:
                return DoProxy(message.Payload);
            case VspCode.VmVcUuid:
                return Uuid(message.Payload, vc: true);
            case VspCode.VmBiosUuid when _link.Uuid is null && _biosUuidRequests > 0:
                return Uuid(message.Payload, vc: false);
            case VspCode.VmName:
                return Name(message.Payload);
            case VspCode.VmBiosUuid or VspCode.VmLocationUuid:
                return Flow.Continue;
            case VspCode.VmotionBegin:
                Begin(message.Payload);
                return Flow.Continue;
            case VspCode.VmotionPeer:
                Peer(message.Payload);
                return Flow.Continue;
            case VspCode.VmotionComplete:
                if (_link.Port?.CompleteMigration(_link, message.Payload) != true)
                    LogStray(_link.Address, "COMPLETE");
                return Flow.Continue;
            case VspCode.VmotionAbort:
                if (_link.Port?.AbortMigration(_link) != true)
                    LogStray(_link.Address, "ABORT");
                return Flow.Continue;
            default:
                VspMessage.Write(_replies, VspCode.UnknownSuboptionReceived2, [(byte)message.Code]);
                return Flow.Continue;
        }
    }

    private Flow DoProxy(ReadOnlySpan<byte> payload)
    {
        if (_doProxy is not null)
        {
            // A repeated wish gets the same answer; another one is not ours to guess between.
            var isSame = payload.SequenceEqual(_doProxy);
            if (!isSame || Remote is null || IsSettled)
                VspMessage.Write(_replies, isSame ? VspCode.WillProxy : VspCode.WontProxy);
            return Flow.Continue;
        }

        var direction = payload.IsEmpty ? (byte)0 : payload[0];
        var uri = payload.IsEmpty ? payload : payload[1..];
        var route = _context.Router().Decide(direction, uri);
        _link.Direction = direction switch { (byte)'S' => "server", (byte)'C' => "client", _ => null };
        _link.ServiceUri = PeerText.CleanUri(System.Text.Encoding.UTF8.GetString(uri));
        var refusal = route.Accepted ? _context.Remotes.Refuse(route.Remote, direction == 'C') : new(route.Reason!, route.Detail!);
        if (refusal is not null)
        {
            VspMessage.Write(_replies, VspCode.WontProxy);
            _link.Reject(LinkEnd.Refused, refusal.Reason, refusal.Detail);
            return Flow.Close;
        }

        _doProxy = payload.ToArray();
        _link.Note = route.Note;
        Label = route.Label;
        Remote = route.Remote;
        _routed = true;

        // What has to be asked for first, be it an address or a cable's end, is asked for when it is known who asks.
        if (Remote is null)
            VspMessage.Write(_replies, VspCode.WillProxy);
        return ClaimIfReady();
    }

    private Flow Uuid(ReadOnlySpan<byte> payload, bool vc)
    {
        if (!VspUuid.TryParse(payload, out var uuid))
        {
            // Told badly: ask once more. Not told, or badly again: ask for the next best; the deadline does the rest.
            if (BitOperations.IsPow2(++_unreadable))
                LogUnreadableUuid(_link.Address, PeerText.Read(payload), _unreadable);
            if (_link.Uuid is not null)
                return Flow.Continue;
            if (!vc)
            {
                AskBiosUuid();
            }
            else if ((payload.IsEmpty && Knows(VspCode.GetVmBiosUuid)) || _vcUuidRequests == MaxUuidRequests)
            {
                AskBiosUuid();
            }
            else
            {
                _vcUuidRequests++;
                VspMessage.Write(_replies, VspCode.GetVmVcUuid);
            }

            return Flow.Continue;
        }

        if (_link.Uuid is { } known && known != uuid)
        {
            LogIdentityChanged(_link.Address, known, uuid);
            _link.End(LinkEnd.IdentityChanged);
            return Flow.Close;
        }

        _link.Uuid = uuid;
        if (_link.Port is { } port && port.Id.Uuid != uuid)
        {
            // A destination showed another machine's key, or a machine changed its mind after the fact.
            LogIdentityChanged(_link.Address, port.Id.Uuid, uuid);
            _link.End(LinkEnd.IdentityChanged);
            return Flow.Close;
        }

        return ClaimIfReady();
    }

    private void AskBiosUuid()
    {
        if (_link.Uuid is null && Knows(VspCode.GetVmBiosUuid) && _biosUuidRequests++ < MaxUuidRequests)
            VspMessage.Write(_replies, VspCode.GetVmBiosUuid);
    }

    private Flow Name(ReadOnlySpan<byte> payload)
    {
        var name = PeerText.ReadName(payload);
        _link.Name = name;
        if (name is not null)
            _link.Port?.Rename(_link, name);
        return Flow.Continue;
    }

    private void Begin(ReadOnlySpan<byte> sequence)
    {
        var started = _context.Time.GetTimestamp();
        var key = _link.Port?.BeginMigration(_link, sequence) ?? [];
        if (key.Length == 0)
        {
            VspMessage.Write(_replies, VspCode.VmotionNotNow, sequence[..Math.Min(sequence.Length, PortMigration.MaxSequenceLength)]);
            if (BitOperations.IsPow2(++_refusedMoves))
                LogNotNow(_link.Address, _refusedMoves);
            _context.Metrics.MigrationEnded("not-now");
            return;
        }

        VspMessage.Write(_replies, VspCode.VmotionGoAhead, key);
        _link.FlushReplies();
        _context.Metrics.Answered(_context.Time.GetElapsedTime(started));
    }

    private void Peer(ReadOnlySpan<byte> key)
    {
        if (!_routed && _link.Port is null && _context.Ports.Migrations.TryFind(key, out var migration)
            && migration.Port.TryBind(_link, migration))
        {
            _link.Bind(migration.Port);
            IsSettled = true;
            VspMessage.Write(_replies, VspCode.VmotionPeerOk, migration.Sequence);
            _link.FlushReplies();
            return;
        }

        // No message says "unknown key"; this is what machines have been told so far.
        VspMessage.Write(_replies, VspCode.UnknownSuboptionReceived2, [(byte)VspCode.VmotionPeer]);
        if (BitOperations.IsPow2(++_unknownKeys))
            LogUnknownKey(_link.Address, _unknownKeys);
        _context.Rejections.Add(
            _link.RemoteEndPoint,
            "migration-key",
            "A vMotion's destination showed a key that no migration here has: expired, aborted, or meant for another concentrator.");
    }

    private Flow ClaimIfReady() =>
        _routed && _link is { Uuid: not null, Port: null } && !IsHeld ? Flow.Claim : Flow.Continue;

    private bool Knows(VspCode code) => (_known >> (byte)code & 1) != 0;

    /// <summary>Words for people would mean nothing to it; whoever looks after the concentrator is told.</summary>
    private Flow LateTls()
    {
        _link.Reject(
            LinkEnd.TlsFailed,
            "tls-late",
            "The peer began TLS after it had been quiet for so long that it was taken for telnet and spoken to; "
            + "with telnets its first byte has to come within 0.5 s.");
        return Flow.Close;
    }

    private Flow NotAMachine()
    {
        _link.RejectHuman();
        return Flow.Close;
    }
}
