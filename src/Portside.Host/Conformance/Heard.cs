using System.Globalization;
using Portside.Telnet;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Conformance;

/// <summary>Something a proxy said that is no data.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Verb">Of a negotiation or command.</param>
/// <param name="Option">Of a negotiation or subnegotiation.</param>
/// <param name="Payload">Of a subnegotiation.</param>
internal sealed record Heard(TelnetTokenKind Kind, byte Verb, byte Option, byte[] Payload)
{
    /// <summary>Its code, where it is a message of option 232.</summary>
    public VspCode? Code => Kind is TelnetTokenKind.Subnegotiation && Option == TelnetOptionCode.VirtualSerialPort && Payload.Length > 0
        ? (VspCode)Payload[0]
        : null;

    /// <summary>What follows the code.</summary>
    public byte[] Content => Payload[1..];

    public bool Is(byte verb, byte option) => Kind == TelnetTokenKind.Negotiation && Verb == verb && Option == option;

    /// <summary>For people.</summary>
    public override string ToString() => Kind switch
    {
        TelnetTokenKind.Negotiation => string.Create(CultureInfo.InvariantCulture, $"{VerbName(Verb)} {Option}"),
        _ when Code is { } code => string.Create(CultureInfo.InvariantCulture, $"suboption {(byte)code} ({Name(code)})"),
        TelnetTokenKind.Command => string.Create(CultureInfo.InvariantCulture, $"command {Verb}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"subnegotiation of option {Option}"),
    };

    /// <summary>A suboption as VMware's guide spells it.</summary>
    public static string Name(VspCode code) => code switch
    {
        VspCode.KnownSuboptions1 => "KNOWN-SUBOPTIONS-1",
        VspCode.KnownSuboptions2 => "KNOWN-SUBOPTIONS-2",
        VspCode.UnknownSuboptionReceived1 => "UNKNOWN-SUBOPTION-RCVD-1",
        VspCode.UnknownSuboptionReceived2 => "UNKNOWN-SUBOPTION-RCVD-2",
        VspCode.VmotionBegin => "VMOTION-BEGIN",
        VspCode.VmotionGoAhead => "VMOTION-GOAHEAD",
        VspCode.VmotionNotNow => "VMOTION-NOTNOW",
        VspCode.VmotionPeer => "VMOTION-PEER",
        VspCode.VmotionPeerOk => "VMOTION-PEER-OK",
        VspCode.VmotionComplete => "VMOTION-COMPLETE",
        VspCode.VmotionAbort => "VMOTION-ABORT",
        VspCode.DoProxy => "DO-PROXY",
        VspCode.WillProxy => "WILL-PROXY",
        VspCode.WontProxy => "WONT-PROXY",
        VspCode.VmVcUuid => "VM-VC-UUID",
        VspCode.GetVmVcUuid => "GET-VM-VC-UUID",
        VspCode.VmName => "VM-NAME",
        VspCode.GetVmName => "GET-VM-NAME",
        VspCode.VmBiosUuid => "VM-BIOS-UUID",
        VspCode.GetVmBiosUuid => "GET-VM-BIOS-UUID",
        VspCode.VmLocationUuid => "VM-LOCATION-UUID",
        VspCode.GetVmLocationUuid => "GET-VM-LOCATION-UUID",
        _ => "unassigned",
    };

    private static string VerbName(byte verb) => verb switch
    {
        TelnetCommand.Will => "WILL",
        TelnetCommand.Wont => "WONT",
        TelnetCommand.Do => "DO",
        _ => "DONT",
    };
}
