using Portside.Load.Machines;
using Portside.Load.Wire;

namespace Portside.Load.Floor;

/// <summary>
/// What a talkative concentrator says in a handshake, cut where it has to wait for the machine. A machine's words have
/// known lengths (names are five digits), so each reply is due when so many bytes have come, and nothing is parsed.
/// </summary>
internal static class HandshakeScript
{
    static HandshakeScript()
    {
        var identity = new MachineIdentity(0);
        var machine = new TelnetWriter();
        var proxy = new TelnetWriter();
        var steps = new List<(long After, byte[] Reply)>();

        machine.Negotiate(Telnet.Will, Telnet.Authentication);
        proxy.Negotiate(Telnet.Will, Telnet.Binary)
            .Negotiate(Telnet.Will, Telnet.SuppressGoAhead)
            .Negotiate(Telnet.Will, Telnet.Echo)
            .Negotiate(Telnet.Do, Telnet.Binary)
            .Negotiate(Telnet.Do, Telnet.SuppressGoAhead)
            .Negotiate(Telnet.Do, Telnet.Extension)
            .Negotiate(Telnet.Dont, Telnet.Authentication);
        Step();

        machine.Negotiate(Telnet.Do, Telnet.Binary)
            .Negotiate(Telnet.Do, Telnet.SuppressGoAhead)
            .Negotiate(Telnet.Do, Telnet.Echo)
            .Negotiate(Telnet.Will, Telnet.Binary)
            .Negotiate(Telnet.Will, Telnet.SuppressGoAhead)
            .Negotiate(Telnet.Will, Telnet.Extension)
            .Extend(Suboption.KnownToMachine, Suboption.Known)
            .Extend(Suboption.DoProxy, "SvSPC.py"u8);
        proxy.Extend(Suboption.KnownToProxy, Suboption.Known)
            .Extend(Suboption.GetVcUuid)
            .Extend(Suboption.GetName)
            .Extend(Suboption.WillProxy);
        Step();

        machine.Extend(Suboption.VcUuid, identity.WireUuid)
            .Extend(Suboption.Name, identity.NameBytes)
            .Negotiate(Telnet.Will, Telnet.ComPort);
        proxy.Negotiate(Telnet.Dont, Telnet.ComPort);
        Step();

        Steps = [.. steps];

        void Step()
        {
            steps.Add((machine.Length, proxy.Written.ToArray()));
            proxy.Clear();
        }
    }

    /// <summary>Replies in order, each with the count of received bytes after which it is due.</summary>
    public static IReadOnlyList<(long After, byte[] Reply)> Steps { get; }
}
