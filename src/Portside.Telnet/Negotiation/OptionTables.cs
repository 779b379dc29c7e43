namespace Portside.Telnet.Negotiation;

/// <summary>What each end Portside plays agrees to, and to nothing else.</summary>
/// <remarks>
/// <para><c>local</c>: this end performs the option when asked; <c>remote</c>: the peer may perform it.</para>
/// <code>
///                          concentrator     machine          console
///                          local  remote    local  remote    local  remote
/// BINARY                   yes    yes       yes    yes       yes    yes
/// ECHO                     yes    -         -      yes       yes    -
/// SUPPRESS-GO-AHEAD        yes    yes       yes    yes       yes    yes
/// TERMINAL-TYPE            -      -         -      -         -      yes
/// NAWS                     -      -         -      -         -      yes
/// AUTHENTICATION           -      tls       tls    -         -      -
/// COM-PORT-OPTION          -      comPort   comPort -        -      yes
/// VMWARE-TELNET-EXT        -      yes       yes    -         -      -
/// </code>
/// <para>Tables are immutable and shared; a connection's state lives in its <see cref="OptionNegotiator"/>.</para>
/// </remarks>
public static class OptionTables
{
    private static readonly OptionTable[] Concentrators =
        [NewConcentrator(false, false), NewConcentrator(false, true), NewConcentrator(true, false), NewConcentrator(true, true)];

    private static readonly OptionTable[] Machines =
        [NewMachine(false, false), NewMachine(false, true), NewMachine(true, false), NewMachine(true, true)];

    /// <summary>A concentrator towards a person or program at a console.</summary>
    public static OptionTable Console { get; } = new(
        Binary(local: true, remote: true),
        Echo(local: true, remote: false),
        SuppressGoAhead(local: true, remote: true),
        ComPort(local: false, remote: true),
        new(TelnetOptionCode.TerminalType, "TERMINAL-TYPE", "RFC 1091", Local: false, Remote: true),
        new(TelnetOptionCode.WindowSize, "NAWS", "RFC 1073", Local: false, Remote: true));

    /// <summary>A concentrator towards a virtual machine.</summary>
    /// <param name="tls">Whether TLS in band is to be had: AUTHENTICATION is agreed to.</param>
    /// <param name="comPort">Whether line settings and modem signals are understood: COM-PORT-OPTION is agreed to.</param>
    /// <returns>The table. A machine that offers to echo is refused: it would send back what people type.</returns>
    public static OptionTable Concentrator(bool tls, bool comPort) => Concentrators[Index(tls, comPort)];

    /// <summary>A virtual machine towards its concentrator.</summary>
    /// <param name="tls">Whether TLS in band is possible: AUTHENTICATION is agreed to.</param>
    /// <param name="comPort">Whether line settings and modem signals are told: COM-PORT-OPTION is agreed to.</param>
    /// <returns>The table.</returns>
    public static OptionTable Machine(bool tls, bool comPort) => Machines[Index(tls, comPort)];

    private static int Index(bool tls, bool comPort) => (tls ? 2 : 0) + (comPort ? 1 : 0);

    private static OptionTable NewConcentrator(bool tls, bool comPort) => new(
        Binary(local: true, remote: true),
        Echo(local: true, remote: false),
        SuppressGoAhead(local: true, remote: true),
        Authentication(local: false, remote: tls),
        ComPort(local: false, remote: comPort),
        VirtualSerialPort(local: false, remote: true));

    private static OptionTable NewMachine(bool tls, bool comPort) => new(
        Binary(local: true, remote: true),
        Echo(local: false, remote: true),
        SuppressGoAhead(local: true, remote: true),
        Authentication(local: tls, remote: false),
        ComPort(local: comPort, remote: false),
        VirtualSerialPort(local: true, remote: false));

    private static TelnetOption Binary(bool local, bool remote) =>
        new(TelnetOptionCode.Binary, "TRANSMIT-BINARY", "RFC 856", local, remote);

    private static TelnetOption Echo(bool local, bool remote) =>
        new(TelnetOptionCode.Echo, "ECHO", "RFC 857", local, remote);

    private static TelnetOption SuppressGoAhead(bool local, bool remote) =>
        new(TelnetOptionCode.SuppressGoAhead, "SUPPRESS-GO-AHEAD", "RFC 858", local, remote);

    private static TelnetOption Authentication(bool local, bool remote) =>
        new(TelnetOptionCode.Authentication, "AUTHENTICATION", "RFC 2941", local, remote);

    private static TelnetOption ComPort(bool local, bool remote) =>
        new(TelnetOptionCode.ComPort, "COM-PORT-OPTION", "RFC 2217", local, remote);

    private static TelnetOption VirtualSerialPort(bool local, bool remote) =>
        new(TelnetOptionCode.VirtualSerialPort, "VMWARE-TELNET-EXT", "VMware, Using a Proxy with vSphere Virtual Serial Ports", local, remote);
}
