namespace Portside.Telnet.VirtualSerialPort;

/// <summary>The lists of KNOWN-SUBOPTIONS, in the order hosts and proxies are seen to send them.</summary>
public static class VspSuboptions
{
    /// <summary>Every suboption, as a virtual machine lists them.</summary>
    public static ReadOnlySpan<byte> Machine =>
    [
        0, 1, 2, 3, 40, 41, 43, 44, 45, 46, 48, 70, 71, 73, 80, 81, 84, 85, 86, 87, 82, 83,
    ];

    /// <summary>Every suboption, as a proxy that takes them all lists them.</summary>
    public static ReadOnlySpan<byte> Proxy =>
    [
        0, 1, 2, 3, 40, 41, 43, 44, 45, 46, 48, 70, 71, 73, 80, 81, 82, 83, 84, 85, 86, 87,
    ];

    /// <summary>Whether a proxy takes <paramref name="code"/> from a machine.</summary>
    /// <param name="code">A suboption's code.</param>
    /// <returns>False for unknown codes and for those only a proxy sends.</returns>
    public static bool IsFromMachine(VspCode code) => code is VspCode.KnownSuboptions1
        or VspCode.UnknownSuboptionReceived1 or VspCode.VmotionBegin or VspCode.VmotionPeer
        or VspCode.VmotionComplete or VspCode.VmotionAbort or VspCode.DoProxy or VspCode.VmVcUuid
        or VspCode.VmName or VspCode.VmBiosUuid or VspCode.VmLocationUuid;

    /// <summary>Whether a machine takes <paramref name="code"/> from a proxy.</summary>
    /// <param name="code">A suboption's code.</param>
    /// <returns>False for unknown codes and for those only a machine sends.</returns>
    public static bool IsFromProxy(VspCode code) => code is VspCode.KnownSuboptions2
        or VspCode.UnknownSuboptionReceived2 or VspCode.VmotionGoAhead or VspCode.VmotionNotNow
        or VspCode.VmotionPeerOk or VspCode.WillProxy or VspCode.WontProxy or VspCode.GetVmVcUuid
        or VspCode.GetVmName or VspCode.GetVmBiosUuid or VspCode.GetVmLocationUuid;
}
