using System.Buffers;
using System.Text;
using Portside.Telnet.Negotiation;
using Portside.Telnet.VirtualSerialPort;
using Portside.Testing;

namespace Portside.Telnet.Tests.Sessions;

public sealed class CaptureTests
{
    private const string Known1 = "SB E8 00 00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 54 55 56 57 52 53";
    private const string Known2 = "SB E8 01 00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 52 53";
    private const string Uuid = "SB E8 50 30 31 20 32 33 20 34 35 20 36 37 20 38 39 20 61 62 20 63 64 20 65 66 2D "
        + "66 65 20 64 63 20 62 61 20 39 38 20 30 30 20 30 30 20 30 30 20 30 30";

    private const string Name = "SB E8 52 76 6D 2D 30 30 30 30 30";

    [Theory]
    [TelnetBytes(
        Capture.Machine0,
        "WILL 25", "DO 00", "DO 03", "DO 01", "WILL 00", "WILL 03", "WILL E8", Known1, "SB E8 46 53 76 53 50 43 2E 70 79",
        Uuid, Name, "WILL 2C", "data " + Capture.Data0, "SB E8 28 44 DA 87 F1")]
    [TelnetBytes(
        Capture.Machine1,
        "WILL 25", "DO 00", "DO 03", "DO 01", "WILL 00", "WILL 03", "WILL E8", Known1, "SB E8 2C 44 DA 87 F1 3C E6 4D AB",
        "WILL 2C", Uuid, Name, "SB E8 2E 44 DA 87 F1", "data " + Capture.Data1)]
    [TelnetBytes(
        Capture.Machine2,
        "data 65", "SB E8 28 CD 52 67 55", "data 66", "SB E8 28 61 ED 26 A2", "SB E8 30", "data 7C", "SB E8 28 76 19 FF E9")]
    [TelnetBytes(
        Capture.Machine3,
        "WILL 25", "DO 00", "DO 03", "DO 01", "WILL 00", "WILL 03", "WILL E8", Known1, "SB E8 2C 76 19 FF E9 55 21 99 8C",
        "WILL 2C", Uuid, Name, "SB E8 2E 76 19 FF E9")]
    public void What_the_machine_says_is_read(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [TelnetBytes(
        Capture.Proxy0,
        "WILL 00", "WILL 03", "WILL 01", "DO 00", "DO 03", "DO E8", "DONT 25", Known2, "SB E8 51", "SB E8 53", "SB E8 47",
        "DONT 2C", "SB E8 29 44 DA 87 F1 3C E6 4D AB")]
    [TelnetBytes(
        Capture.Proxy1,
        "WILL 00", "WILL 03", "WILL 01", "DO 00", "DO 03", "DO E8", "DONT 25", Known2, "SB E8 51", "SB E8 53",
        "SB E8 2D 44 DA 87 F1", "DONT 2C")]
    [TelnetBytes(
        Capture.Proxy2,
        "SB E8 2B CD 52 67 55", "SB E8 29 61 ED 26 A2 AE EC 48 3F", "SB E8 29 76 19 FF E9 55 21 99 8C")]
    [TelnetBytes(
        Capture.Proxy3,
        "WILL 00", "WILL 03", "WILL 01", "DO 00", "DO 03", "DO E8", "DONT 25", Known2, "SB E8 51", "SB E8 53",
        "SB E8 2D 76 19 FF E9", "DONT 2C")]
    public void What_the_proxy_says_is_read(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Fact]
    public void A_machine_answers_the_proxys_wishes_as_captured()
    {
        var machine = new OptionNegotiator(OptionTables.Machine(tls: true, comPort: true));
        var said = new ArrayBufferWriter<byte>();
        machine.Request(OptionSide.Local, TelnetOptionCode.Authentication, on: true, said);
        Hear(machine, Capture.ProxyWishes + Capture.DontAuthentication, said);
        machine.Request(OptionSide.Local, TelnetOptionCode.ComPort, on: true, said);
        Hear(machine, Capture.DontComPort, said);
        Assert.Equal(
            HexScript.Bytes(Capture.WillAuthentication + Capture.MachineAnswers + Capture.WillComPort),
            said.WrittenSpan.ToArray());
        Assert.True(machine.IsOn(OptionSide.Local, TelnetOptionCode.VirtualSerialPort));
        Assert.True(machine.IsOn(OptionSide.Remote, TelnetOptionCode.Echo));
        Assert.False(machine.IsOn(OptionSide.Local, TelnetOptionCode.Authentication));
        Assert.False(machine.IsOn(OptionSide.Local, TelnetOptionCode.ComPort));
    }

    [Fact]
    public void A_concentrator_says_what_the_captured_proxy_said_and_no_more()
    {
        var proxy = new OptionNegotiator(OptionTables.Concentrator(tls: false, comPort: false));
        var said = new ArrayBufferWriter<byte>();
        proxy.Request(OptionSide.Local, TelnetOptionCode.Binary, on: true, said);
        proxy.Request(OptionSide.Local, TelnetOptionCode.SuppressGoAhead, on: true, said);
        proxy.Request(OptionSide.Local, TelnetOptionCode.Echo, on: true, said);
        proxy.Request(OptionSide.Remote, TelnetOptionCode.Binary, on: true, said);
        proxy.Request(OptionSide.Remote, TelnetOptionCode.SuppressGoAhead, on: true, said);
        proxy.Request(OptionSide.Remote, TelnetOptionCode.VirtualSerialPort, on: true, said);
        Hear(proxy, Capture.WillAuthentication + Capture.MachineAnswers + Capture.WillComPort, said);
        Assert.Equal(
            HexScript.Bytes(Capture.ProxyWishes + Capture.DontAuthentication + Capture.DontComPort),
            said.WrittenSpan.ToArray());
        Assert.True(proxy.IsOn(OptionSide.Remote, TelnetOptionCode.VirtualSerialPort));
    }

    [Fact]
    public void Our_writers_say_what_the_captured_machine_said()
    {
        var said = new ArrayBufferWriter<byte>();
        VspMessage.Write(said, VspCode.KnownSuboptions1, VspSuboptions.Machine);
        VspMessage.Write(said, VspCode.DoProxy, "S"u8, "vSPC.py"u8);
        VspMessage.Write(said, VspCode.VmVcUuid, VspUuid.Format("0123456789abcdeffedcba9800000000"));
        VspMessage.Write(said, VspCode.VmName, "vm-00000"u8);
        Assert.Equal(HexScript.Bytes(Capture.Known1 + Capture.DoProxy + Capture.Uuid + Capture.Name), said.WrittenSpan.ToArray());
    }

    [Fact]
    public void What_the_captured_machine_said_of_itself_is_understood()
    {
        Assert.True(VspMessage.TryRead(Payload(Capture.DoProxy), out var message));
        Assert.Equal(VspCode.DoProxy, message.Code);
        Assert.Equal("SvSPC.py", Encoding.UTF8.GetString(message.Payload));
        Assert.True(VspMessage.TryRead(Payload(Capture.Uuid), out message));
        Assert.True(VspUuid.TryParse(message.Payload, out var hex));
        Assert.Equal("0123456789abcdeffedcba9800000000", hex);
    }

    [Fact]
    public void The_key_of_a_vMotion_is_the_same_at_both_ends()
    {
        VspMessage.TryRead(Payload("FF FA E8 29 76 19 FF FF E9 55 21 99 8C FF F0"), out var goAhead);
        VspMessage.TryRead(Payload("FF FA E8 2C 76 19 FF FF E9 55 21 99 8C FF F0"), out var peer);
        Assert.Equal(goAhead.Payload.ToArray(), peer.Payload.ToArray());
        VspMessage.TryRead(Payload("FF FA E8 28 76 19 FF FF E9 FF F0"), out var begin);
        Assert.True(peer.Payload.StartsWith(begin.Payload));
    }

    private static byte[] Payload(string script)
    {
        var source = HexScript.Bytes(script).AsSpan();
        Assert.True(new TelnetDecoder().TryRead(ref source, out var token));
        return token.Payload.ToArray();
    }

    private static void Hear(OptionNegotiator negotiator, string script, ArrayBufferWriter<byte> said)
    {
        var decoder = new TelnetDecoder();
        var source = HexScript.Bytes(script).AsSpan();
        while (decoder.TryRead(ref source, out var token))
        {
            Assert.Equal(TelnetTokenKind.Negotiation, token.Kind);
            negotiator.Receive(token.Command, token.Option, said);
        }
    }
}
