namespace Portside.Telnet.VirtualSerialPort;

/// <summary>
/// Suboptions of VMWARE-TELNET-EXT (option 232), from VMware's "Using a Proxy with vSphere Virtual Serial Ports";
/// 80 to 87 as captured between hosts and proxies and as Wireshark names them.
/// </summary>
public enum VspCode : byte
{
    /// <summary>Machine: the codes it can send or take, one byte each.</summary>
    KnownSuboptions1 = 0,

    /// <summary>Proxy: the codes it can send or take, one byte each.</summary>
    KnownSuboptions2 = 1,

    /// <summary>Machine: the code it did not understand.</summary>
    UnknownSuboptionReceived1 = 2,

    /// <summary>Proxy: the code it did not understand.</summary>
    UnknownSuboptionReceived2 = 3,

    /// <summary>Source of a vMotion: sequence.</summary>
    VmotionBegin = 40,

    /// <summary>Proxy, to BEGIN: sequence and secret.</summary>
    VmotionGoAhead = 41,

    /// <summary>Proxy, to BEGIN: sequence; the machine stays.</summary>
    VmotionNotNow = 43,

    /// <summary>Destination of a vMotion: sequence and secret.</summary>
    VmotionPeer = 44,

    /// <summary>Proxy, to PEER: sequence.</summary>
    VmotionPeerOk = 45,

    /// <summary>Destination of a vMotion: sequence; the machine runs there now.</summary>
    VmotionComplete = 46,

    /// <summary>Source of a vMotion: empty; the machine stays.</summary>
    VmotionAbort = 48,

    /// <summary>Machine: direction byte and service URI.</summary>
    DoProxy = 70,

    /// <summary>Proxy: empty; it serves the port.</summary>
    WillProxy = 71,

    /// <summary>Proxy: empty; it does not serve the port.</summary>
    WontProxy = 73,

    /// <summary>Machine: vCenter's instance UUID as text.</summary>
    VmVcUuid = 80,

    /// <summary>Proxy: asks for <see cref="VmVcUuid"/>.</summary>
    GetVmVcUuid = 81,

    /// <summary>Machine: its display name, UTF-8.</summary>
    VmName = 82,

    /// <summary>Proxy: asks for <see cref="VmName"/>.</summary>
    GetVmName = 83,

    /// <summary>Machine: its BIOS UUID as text.</summary>
    VmBiosUuid = 84,

    /// <summary>Proxy: asks for <see cref="VmBiosUuid"/>.</summary>
    GetVmBiosUuid = 85,

    /// <summary>Machine: its location UUID as text.</summary>
    VmLocationUuid = 86,

    /// <summary>Proxy: asks for <see cref="VmLocationUuid"/>.</summary>
    GetVmLocationUuid = 87,
}
