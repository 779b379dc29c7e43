namespace Portside.Load.Wire;

/// <summary>The telnet bytes a simulated machine and client need (RFC 854) and the options they know.</summary>
internal static class Telnet
{
    public const byte Se = 0xF0;
    public const byte Sb = 0xFA;
    public const byte Will = 0xFB;
    public const byte Wont = 0xFC;
    public const byte Do = 0xFD;
    public const byte Dont = 0xFE;
    public const byte Iac = 0xFF;

    public const byte Binary = 0x00;
    public const byte Echo = 0x01;
    public const byte SuppressGoAhead = 0x03;
    public const byte Authentication = 0x25;
    public const byte ComPort = 0x2C;

    /// <summary>VMware's extension, option 232.</summary>
    public const byte Extension = 0xE8;
}
