using System.Buffers;
using System.Text;
using Portside.Telnet;
using Portside.Telnet.Authentication;
using Portside.Telnet.ComPort;
using Portside.Telnet.Negotiation;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Ports;

/// <summary>The machine's side of one connection: bytes in; events and bytes out. Awaits nothing; not thread-safe.</summary>
/// <remarks>
/// <code>
/// machine                                  proxy
/// WILL 37 (telnet:// only)          →
///                                   ←      DONT 37, or DO 37 and TLS (AuthenticationMessage)
/// WILL 232, BINARY, SGA             →
///                                   ←      DO 232, KNOWN-SUBOPTIONS-2
/// KNOWN-SUBOPTIONS-1, DO-PROXY      →      or, as destination of a vMotion: VMOTION-PEER, WILL 44
///                                   ←      GET-…, WILL-PROXY
/// VM-…, WILL 44                     →
/// </code>
/// Option 232 waits until AUTHENTICATION is settled, so that nobody's name goes out in plaintext just before TLS.
/// </remarks>
internal sealed class MachineProtocol
{
    private readonly VirtualSerialPortOptions _options;
    private readonly ReadOnlyMemory<byte> _key;
    private readonly IMachineEvents _events;
    private readonly TelnetDecoder _decoder = new();
    private readonly OptionNegotiator _negotiator;
    private Authentication _authentication;
    private bool _led;
    private bool _asked;
    private bool _willProxy;

    /// <summary>A machine's side at the start of a connection.</summary>
    /// <param name="options">The port.</param>
    /// <param name="key">Sequence and secret of the vMotion this connection is the destination of; empty for a fresh start.</param>
    /// <param name="secured">Whether TLS is up already (<c>telnets://</c>).</param>
    /// <param name="events">Who hears what the proxy's bytes mean.</param>
    public MachineProtocol(VirtualSerialPortOptions options, ReadOnlyMemory<byte> key, bool secured, IMachineEvents events)
    {
        _options = options;
        _key = key;
        _events = events;
        IsSecured = secured;
        _authentication = secured ? Authentication.Settled : Authentication.Offered;
        _negotiator = new OptionNegotiator(OptionTables.Machine(comPort: options.ComPort, tls: !secured));
    }

    private enum Authentication
    {
        Offered,
        Starting,
        Settled,
    }

    /// <summary>Whether what is written must wait: the proxy reads no more telnet until TLS is up or rejected.</summary>
    public bool HoldsOutput => _authentication == Authentication.Starting;

    /// <summary>Whether TLS is up.</summary>
    public bool IsSecured { get; private set; }

    /// <summary>Whether the proxy serves the port. A vMotion's destination is served once it completes.</summary>
    public bool IsServed { get; private set; }

    /// <summary>Whether KNOWN-SUBOPTIONS-1 and what follows it, DO-PROXY or PEER, are said.</summary>
    public bool IsIntroduced { get; private set; }

    /// <summary>What is said by COM-PORT-OPTION; null until the proxy took it up.</summary>
    public ComPortClient? Line { get; private set; }

    /// <summary>Whether COM-PORT-OPTION is on.</summary>
    public bool ComPort => _negotiator.IsOn(OptionSide.Local, TelnetOptionCode.ComPort);

    /// <summary>The proxy's KNOWN-SUBOPTIONS; null until it came.</summary>
    public byte[]? ProxySuboptions { get; private set; }

    /// <summary>Why the connection is of no use.</summary>
    public LinkEnd End { get; private set; }

    /// <summary>The same in words.</summary>
    public string EndReason { get; private set; } = "";

    /// <summary>Whether the stream so far stops inside a command.</summary>
    public bool IsInsideCommand => _decoder.IsInsideCommand;

    private bool IsDestination => !_key.IsEmpty;

    /// <summary>Says what the machine says unasked.</summary>
    public void Open(IBufferWriter<byte> output)
    {
        if (!IsSecured)
            _negotiator.Request(OptionSide.Local, TelnetOptionCode.Authentication, on: true, output);
        if (IsSecured || (_options.Opening == OpeningStyle.LeadAtOnce && !_options.ProxyUri.RequiresTls))
            Lead(output);
    }

    /// <summary>The wait for an answer to AUTHENTICATION is over.</summary>
    public void OnAuthenticationTimeout(IBufferWriter<byte> output)
    {
        if (_authentication == Authentication.Offered && !_options.ProxyUri.RequiresTls)
            Settle(output);
    }

    /// <summary>TLS is up.</summary>
    public void OnSecured(IBufferWriter<byte> output)
    {
        IsSecured = true;
        Settle(output);
    }

    /// <summary>The vMotion to this destination is complete.</summary>
    public void OnComplete() => IsServed = true;

    /// <summary>Takes one token.</summary>
    /// <param name="source">Received bytes; advanced past the token.</param>
    /// <param name="output">Where answers go.</param>
    /// <returns>What follows.</returns>
    public Flow Accept(ref Span<byte> source, IBufferWriter<byte> output)
    {
        try
        {
            if (!_decoder.TryRead(ref source, out var token))
                return Flow.NeedInput;
            return token.Kind switch
            {
                TelnetTokenKind.Data => OnData(token.Payload),
                TelnetTokenKind.Negotiation => OnNegotiation(token.Command, token.Option, output),
                // As ESXi: a subnegotiation cut off by another command counts for what came of it.
                TelnetTokenKind.Subnegotiation or TelnetTokenKind.BrokenSubnegotiation =>
                    OnSubnegotiation(token.Option, token.Payload, output),
                TelnetTokenKind.Command when token.Command == TelnetCommand.Break => OnBreak(),
                _ => Flow.Continue,
            };
        }
        catch (TelnetProtocolException e)
        {
            return Fail(LinkEnd.Protocol, e.Message);
        }
    }

    private Flow OnBreak()
    {
        _events.OnBreak();
        return Flow.Continue;
    }

    private Flow OnData(ReadOnlySpan<byte> data)
    {
        _events.OnInput(data);
        return Flow.Continue;
    }

    private Flow OnNegotiation(byte verb, byte option, IBufferWriter<byte> output)
    {
        if (option == TelnetOptionCode.VirtualSerialPort && !_led && verb is TelnetCommand.Do or TelnetCommand.Dont)
        {
            _asked = verb == TelnetCommand.Do;
            return Flow.Continue;
        }

        var wanted = _negotiator[OptionSide.Local, option] == OptionState.WantYes;
        var change = _negotiator.Receive(verb, option, output);
        if (!change.Settled || change.Side != OptionSide.Local)
            return Flow.Continue;

        switch (option)
        {
            case TelnetOptionCode.Authentication when !change.Enabled:
                return Refuse(output);

            case TelnetOptionCode.VirtualSerialPort when !change.Enabled:
                return Fail(LinkEnd.NotAProxy, NotAProxyReason);

            case TelnetOptionCode.VirtualSerialPort:
                // Peers answer in order: if this one is answered and the earlier AUTHENTICATION is not, it will not be.
                var unanswered = _negotiator[OptionSide.Local, TelnetOptionCode.Authentication] == OptionState.WantYes;
                if (wanted && unanswered && _authentication == Authentication.Offered)
                    _authentication = Authentication.Settled;
                Introduce(output);
                return Flow.Continue;

            case TelnetOptionCode.ComPort when change.Enabled:
                Line = new ComPortClient(_events, Encoding.UTF8.GetBytes(_options.LineSignature ?? ""));
                _events.OnComPort(Line, output);
                return Flow.Continue;

            default:
                return Flow.Continue;
        }
    }

    private const string NotAProxyReason =
        "It refuses VMWARE-TELNET-EXT (option 232), so it is no proxy for serial ports. Is the URI's port the concentrator's port for machines?";

    private Flow OnSubnegotiation(byte option, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (option == TelnetOptionCode.Authentication)
            return OnAuthentication(payload, output);
        if (option == TelnetOptionCode.ComPort && ComPort)
            Line?.Accept(payload, output);
        if (option != TelnetOptionCode.VirtualSerialPort || !VspMessage.TryRead(payload, out var message))
            return Flow.Continue;

        // Whom to name and what to serve is nobody's business before TLS, where TLS is a must.
        if (_options.ProxyUri.RequiresTls && !IsSecured)
            return Flow.Continue;

        switch (message.Code)
        {
            case VspCode.KnownSuboptions2:
                ProxySuboptions = message.Payload.ToArray();
                break;
            case VspCode.UnknownSuboptionReceived2:
                if (!message.Payload.IsEmpty)
                    _events.OnNotUnderstood((VspCode)message.Payload[0]);
                break;
            case VspCode.WillProxy:
                _willProxy = true;
                ServeIfAgreed(output);
                break;
            case VspCode.WontProxy:
                return Fail(LinkEnd.WontProxy, WontProxyReason());
            case VspCode.VmotionGoAhead or VspCode.VmotionNotNow or VspCode.VmotionPeerOk:
                _events.OnMigrationAnswer(message.Code, message.Payload);
                break;
            case VspCode.GetVmVcUuid:
                AnswerUuid(VspCode.VmVcUuid, _options.VcUuid, output);
                break;
            case VspCode.GetVmBiosUuid:
                AnswerUuid(VspCode.VmBiosUuid, _options.BiosUuid, output);
                break;
            case VspCode.GetVmLocationUuid:
                AnswerUuid(VspCode.VmLocationUuid, _options.LocationUuid, output);
                break;
            case VspCode.GetVmName:
                VspMessage.Write(output, VspCode.VmName, Encoding.UTF8.GetBytes(_options.VmName ?? ""));
                break;
            default:
                VspMessage.Write(output, VspCode.UnknownSuboptionReceived1, [(byte)message.Code]);
                break;
        }

        return Flow.Continue;
    }

    private Flow OnAuthentication(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (IsSecured || !_negotiator.IsOn(OptionSide.Local, TelnetOptionCode.Authentication))
            return Flow.Continue;

        if (_authentication == Authentication.Starting)
        {
            if (!AuthenticationMessage.IsReply(payload, out var accepted))
                return Flow.Continue;
            if (accepted)
                return Flow.StartTls;
            _authentication = Authentication.Offered;
            return Refuse(output);
        }

        if (payload is not [AuthenticationMessage.Send, ..])
            return Flow.Continue;

        // TLS in the middle of the guest's bytes would be a feat for both ends; nobody asks for it that late.
        if (IsServed || !AuthenticationMessage.OffersSsl(payload, out var modifier))
        {
            AuthenticationMessage.WriteDecline(output);
            return IsServed ? Flow.Continue : Refuse(output);
        }

        AuthenticationMessage.WriteStart(output, modifier);
        _authentication = Authentication.Starting;
        return Flow.Continue;
    }

    /// <summary>There will be no TLS.</summary>
    private Flow Refuse(IBufferWriter<byte> output)
    {
        if (_options.ProxyUri.RequiresTls && !IsSecured)
        {
            return Fail(
                LinkEnd.TlsNotOffered,
                "It does not offer TLS, and the URI's parameters make TLS a must. Use telnets://, or remove what follows '#'.");
        }

        Settle(output);
        return Flow.Continue;
    }

    private void Settle(IBufferWriter<byte> output)
    {
        _authentication = Authentication.Settled;
        Lead(output);
        if (_negotiator.IsOn(OptionSide.Local, TelnetOptionCode.VirtualSerialPort))
            Introduce(output);
    }

    private void Lead(IBufferWriter<byte> output)
    {
        if (_led)
            return;
        _led = true;
        if (_asked)
            _negotiator.Receive(TelnetCommand.Do, TelnetOptionCode.VirtualSerialPort, output);
        else if (_options.Opening != OpeningStyle.Follow)
            _negotiator.Request(OptionSide.Local, TelnetOptionCode.VirtualSerialPort, on: true, output);

        if (_options.Opening is not (OpeningStyle.Lead or OpeningStyle.LeadAtOnce))
            return;
        _negotiator.Request(OptionSide.Local, TelnetOptionCode.Binary, on: true, output);
        _negotiator.Request(OptionSide.Remote, TelnetOptionCode.Binary, on: true, output);
        _negotiator.Request(OptionSide.Local, TelnetOptionCode.SuppressGoAhead, on: true, output);
        _negotiator.Request(OptionSide.Remote, TelnetOptionCode.SuppressGoAhead, on: true, output);
    }

    private void Introduce(IBufferWriter<byte> output)
    {
        if (IsIntroduced || _authentication != Authentication.Settled)
            return;
        IsIntroduced = true;
        VspMessage.Write(output, VspCode.KnownSuboptions1, VspSuboptions.Machine);
        if (IsDestination)
        {
            VspMessage.Write(output, VspCode.VmotionPeer, _key.Span);
            OfferComPort(output);
            return;
        }

        VspMessage.Write(output, VspCode.DoProxy, [(byte)_options.Direction], Encoding.UTF8.GetBytes(_options.ServiceUri));
        ServeIfAgreed(output);
    }

    /// <summary>WILL-PROXY counts even if it came before DO-PROXY, which a proxy that serves everybody may do.</summary>
    private void ServeIfAgreed(IBufferWriter<byte> output)
    {
        if (IsServed || IsDestination || !_willProxy || !IsIntroduced)
            return;
        IsServed = true;
        OfferComPort(output);
        _events.OnServed();
    }

    private void OfferComPort(IBufferWriter<byte> output)
    {
        if (_options.ComPort)
            _negotiator.Request(OptionSide.Local, TelnetOptionCode.ComPort, on: true, output);
    }

    private static void AnswerUuid(VspCode code, Guid? uuid, IBufferWriter<byte> output) =>
        VspMessage.Write(output, code, uuid is { } known ? VspUuid.Format(known.ToString("N")) : []);

    private string WontProxyReason() =>
        $"It does not serve service URI '{_options.ServiceUri}' in direction {_options.Direction.ToString().ToLowerInvariant()} (WONT-PROXY).";

    private Flow Fail(LinkEnd end, string reason)
    {
        End = end;
        EndReason = reason;
        return Flow.End;
    }
}
