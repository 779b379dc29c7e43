using System.Buffers;
using Portside.Telnet.Negotiation;
using Portside.Testing;

namespace Portside.Telnet.Tests.Sessions;

/// <summary>A proxy that says nothing until it is spoken to, as VMware's kit does; and plain data both ways.</summary>
public sealed class SilentServerTests
{
    private const string Known2 = "FF FA E8 01 00 01 28 29 2B 2C 2D 2E 30 50 51 52 53 46 47 49 FF F0";
    private const string DoProxy = "FF FA E8 46 53 \"vSPC.py?port=com1\" FF F0";
    private const string Secret = "A1 A2 A3 A4 FF FF A6 A7 A8";

    [Theory]
    [TelnetBytes(
        "FF FB 25 | FF FB E8" + Capture.Known1 + DoProxy + Capture.Uuid + Capture.Name
            + "FF FB 2C | FF FA E8 28 01 02 FF FF 04 FF F0",
        "WILL 25", "WILL E8", "SB E8 00 00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 54 55 56 57 52 53",
        "SB E8 46 53 76 53 50 43 2E 70 79 3F 70 6F 72 74 3D 63 6F 6D 31",
        "SB E8 50 30 31 20 32 33 20 34 35 20 36 37 20 38 39 20 61 62 20 63 64 20 65 66 2D "
            + "66 65 20 64 63 20 62 61 20 39 38 20 30 30 20 30 30 20 30 30 20 30 30",
        "SB E8 52 76 6D 2D 30 30 30 30 30", "WILL 2C", "SB E8 28 01 02 FF 04")]
    [TelnetBytes(
        "FF FE 25 | FF FD E8" + Known2 + "FF FA E8 47 FF F0 | FF FA E8 51 FF F0 | FF FA E8 53 FF F0 | FF FE 2C"
            + "FF FA E8 29 01 02 FF FF 04" + Secret + "FF F0",
        "DONT 25", "DO E8", "SB E8 01 00 01 28 29 2B 2C 2D 2E 30 50 51 52 53 46 47 49", "SB E8 47", "SB E8 51", "SB E8 53",
        "DONT 2C", "SB E8 29 01 02 FF 04 A1 A2 A3 A4 FF A6 A7 A8")]
    [TelnetBytes(
        "FF FB E8" + Capture.Known1 + "FF FA E8 2C 01 02 FF FF 04" + Secret + "FF F0",
        "WILL E8", "SB E8 00 00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 54 55 56 57 52 53",
        "SB E8 2C 01 02 FF 04 A1 A2 A3 A4 FF A6 A7 A8")]
    [TelnetBytes(
        "FF FD E8" + Known2 + "FF FA E8 2D 01 02 FF FF 04 FF F0",
        "DO E8", "SB E8 01 00 01 28 29 2B 2C 2D 2E 30 50 51 52 53 46 47 49", "SB E8 2D 01 02 FF 04")]
    public void Each_direction_is_read(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [TelnetBytes("74 6F 20 76 6D 20 FF FF", "data 74 6F 20 76 6D 20 FF")]
    [TelnetBytes("41 00 0D FF FF", "data 41 00 0D FF")]
    public void Data_is_transparent(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Fact]
    public void A_machine_that_leads_gets_option_232_from_a_silent_concentrator()
    {
        var proxy = new OptionNegotiator(OptionTables.Concentrator(tls: false, comPort: false));
        var said = new ArrayBufferWriter<byte>();
        proxy.Receive(TelnetCommand.Will, TelnetOptionCode.Authentication, said);
        var change = proxy.Receive(TelnetCommand.Will, TelnetOptionCode.VirtualSerialPort, said);
        Assert.True(change.Enabled);
        Assert.Equal("FF FE 25 FF FD E8", HexScript.Format(said.WrittenSpan));
    }
}
