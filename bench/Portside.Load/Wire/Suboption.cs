namespace Portside.Load.Wire;

/// <summary>Suboptions of <see cref="Telnet.Extension"/> that a machine sends or acts on.</summary>
internal static class Suboption
{
    public const byte KnownToMachine = 0;
    public const byte KnownToProxy = 1;
    /// <summary>The machine met a code it does not know.</summary>
    public const byte UnknownToMachine = 2;
    /// <summary>The proxy met a code it does not know; also its answer to an unknown migration key.</summary>
    public const byte UnknownToProxy = 3;
    public const byte VmotionBegin = 40;
    public const byte VmotionGoAhead = 41;
    public const byte VmotionNotNow = 43;
    public const byte VmotionPeer = 44;
    public const byte VmotionPeerOk = 45;
    public const byte VmotionComplete = 46;
    public const byte VmotionAbort = 48;
    public const byte DoProxy = 70;
    public const byte WillProxy = 71;
    public const byte WontProxy = 73;
    public const byte VcUuid = 80;
    public const byte GetVcUuid = 81;
    public const byte Name = 82;
    public const byte GetName = 83;
    public const byte BiosUuid = 84;
    public const byte GetBiosUuid = 85;
    public const byte LocationUuid = 86;
    public const byte GetLocationUuid = 87;

    /// <summary>What the machine lists as known, in the order machines send it.</summary>
    public static ReadOnlySpan<byte> Known =>
    [
        KnownToMachine, KnownToProxy, UnknownToMachine, UnknownToProxy,
        VmotionBegin, VmotionGoAhead, VmotionNotNow, VmotionPeer, VmotionPeerOk, VmotionComplete, VmotionAbort,
        DoProxy, WillProxy, WontProxy,
        VcUuid, GetVcUuid, BiosUuid, GetBiosUuid, LocationUuid, GetLocationUuid, Name, GetName,
    ];
}
