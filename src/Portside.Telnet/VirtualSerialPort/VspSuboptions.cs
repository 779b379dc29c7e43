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
}
