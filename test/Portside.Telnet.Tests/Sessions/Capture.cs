namespace Portside.Telnet.Tests.Sessions;

/// <summary>
/// Links between a virtual machine and its proxy as VMware's engineers captured them in July 2023: four TCP streams,
/// three vMotions, one refused, one aborted. One constant for each message or burst, joined by stream and direction.
/// </summary>
internal static class Capture
{
    /// <summary>What a machine says first, before it has read anything.</summary>
    public const string WillAuthentication = "FF FB 25";

    /// <summary>What the proxy, which talks first, wants.</summary>
    public const string ProxyWishes = "FF FB 00 | FF FB 03 | FF FB 01 | FF FD 00 | FF FD 03 | FF FD E8";

    /// <summary>The machine's answers, in the order the wishes arrived, and the one option it offers itself.</summary>
    public const string MachineAnswers = "FF FD 00 | FF FD 03 | FF FD 01 | FF FB 00 | FF FB 03 | FF FB E8";

    public const string DontAuthentication = "FF FE 25";
    public const string WillComPort = "FF FB 2C";
    public const string DontComPort = "FF FE 2C";

    public const string Known1 =
        "FF FA E8 00 00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 54 55 56 57 52 53 FF F0";

    public const string Known2 = "FF FA E8 01 00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 52 53 FF F0";
    public const string DoProxy = "FF FA E8 46 53 76 53 50 43 2E 70 79 FF F0";
    public const string WillProxy = "FF FA E8 47 FF F0";
    public const string GetUuid = "FF FA E8 51 FF F0";
    public const string GetName = "FF FA E8 53 FF F0";

    public const string Uuid =
        "FF FA E8 50 30 31 20 32 33 20 34 35 20 36 37 20 38 39 20 61 62 20 63 64 20 65 66 2D "
        + "66 65 20 64 63 20 62 61 20 39 38 20 30 30 20 30 30 20 30 30 20 30 30 FF F0";

    public const string Name = "FF FA E8 52 76 6D 2D 30 30 30 30 30 FF F0";

    /// <summary>Stream 0: connects, is identified, sends 20 to 38, and is the source of the first vMotion.</summary>
    public const string Machine0 = WillAuthentication + MachineAnswers + Known1 + DoProxy + Uuid + Name + WillComPort + Data0
        + "FF FA E8 28 44 DA 87 F1 FF F0";

    public const string Proxy0 = ProxyWishes + DontAuthentication + Known2 + GetUuid + GetName + WillProxy + DontComPort
        + "FF FA E8 29 44 DA 87 F1 3C E6 4D AB FF F0";

    /// <summary>Stream 1: the destination of that vMotion; its data goes on where stream 0's ended.</summary>
    public const string Machine1 = WillAuthentication + MachineAnswers + Known1
        + "FF FA E8 2C 44 DA 87 F1 3C E6 4D AB FF F0" + WillComPort + Uuid + Name + "FF FA E8 2E 44 DA 87 F1 FF F0" + Data1;

    public const string Proxy1 = ProxyWishes + DontAuthentication + Known2 + GetUuid + GetName
        + "FF FA E8 2D 44 DA 87 F1 FF F0" + DontComPort;

    /// <summary>Stream 2, after its opening: a vMotion refused, one aborted, and one whose sequence holds an FF.</summary>
    public const string Machine2 = "65 | FF FA E8 28 CD 52 67 55 FF F0 | 66 | FF FA E8 28 61 ED 26 A2 FF F0"
        + "FF FA E8 30 FF F0 | 7C | FF FA E8 28 76 19 FF FF E9 FF F0";

    public const string Proxy2 = "FF FA E8 2B CD 52 67 55 FF F0 | FF FA E8 29 61 ED 26 A2 AE EC 48 3F FF F0"
        + "FF FA E8 29 76 19 FF FF E9 55 21 99 8C FF F0";

    /// <summary>Stream 3: the destination of the last one.</summary>
    public const string Machine3 = WillAuthentication + MachineAnswers + Known1
        + "FF FA E8 2C 76 19 FF FF E9 55 21 99 8C FF F0" + WillComPort + Uuid + Name + "FF FA E8 2E 76 19 FF FF E9 FF F0";

    public const string Proxy3 = ProxyWishes + DontAuthentication + Known2 + GetUuid + GetName
        + "FF FA E8 2D 76 19 FF FF E9 FF F0" + DontComPort;

    public const string Data0 = "20 21 22 23 24 25 26 27 28 29 2A 2B 2C 2D 2E 2F 30 31 32 33 34 35 36 37 38";
    public const string Data1 = "39 3A 3B 3C 3D 3E 3F 40 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D";
}
