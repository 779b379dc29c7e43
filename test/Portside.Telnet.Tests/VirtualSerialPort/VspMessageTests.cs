using System.Buffers;
using Portside.Telnet.VirtualSerialPort;
using Portside.Testing;

namespace Portside.Telnet.Tests.VirtualSerialPort;

public sealed class VspMessageTests
{
    [Theory]
    [InlineData(VspCode.KnownSuboptions1, "00 01 02 03", "", "FF FA E8 00 00 01 02 03 FF F0")]
    [InlineData(VspCode.KnownSuboptions2, "00 01", "", "FF FA E8 01 00 01 FF F0")]
    [InlineData(VspCode.UnknownSuboptionReceived1, "63", "", "FF FA E8 02 63 FF F0")]
    [InlineData(VspCode.UnknownSuboptionReceived1, "FF", "", "FF FA E8 02 FF FF FF F0")]
    [InlineData(VspCode.UnknownSuboptionReceived2, "2C", "", "FF FA E8 03 2C FF F0")]
    [InlineData(VspCode.VmotionBegin, "44 DA 87 F1", "", "FF FA E8 28 44 DA 87 F1 FF F0")]
    [InlineData(VspCode.VmotionBegin, "76 19 FF E9", "", "FF FA E8 28 76 19 FF FF E9 FF F0")]
    [InlineData(VspCode.VmotionGoAhead, "76 19 FF E9", "55 21 99 8C", "FF FA E8 29 76 19 FF FF E9 55 21 99 8C FF F0")]
    [InlineData(VspCode.VmotionGoAhead, "01 02 03 FF", "FF 05 06 FF", "FF FA E8 29 01 02 03 FF FF FF FF 05 06 FF FF FF F0")]
    [InlineData(VspCode.VmotionNotNow, "CD 52 67 55", "", "FF FA E8 2B CD 52 67 55 FF F0")]
    [InlineData(VspCode.VmotionPeer, "76 19 FF E9", "55 21 99 8C", "FF FA E8 2C 76 19 FF FF E9 55 21 99 8C FF F0")]
    [InlineData(VspCode.VmotionPeer, "FF FF FF FF", "FF FF FF FF", "FF FA E8 2C FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF F0")]
    [InlineData(VspCode.VmotionPeerOk, "76 19 FF E9", "", "FF FA E8 2D 76 19 FF FF E9 FF F0")]
    [InlineData(VspCode.VmotionComplete, "76 19 FF E9", "", "FF FA E8 2E 76 19 FF FF E9 FF F0")]
    [InlineData(VspCode.VmotionAbort, "", "", "FF FA E8 30 FF F0")]
    [InlineData(VspCode.DoProxy, "53", "\"vSPC.py\"", "FF FA E8 46 53 76 53 50 43 2E 70 79 FF F0")]
    [InlineData(VspCode.DoProxy, "43", "\"tcp://127.0.0.1:2379\"", "FF FA E8 46 43 \"tcp://127.0.0.1:2379\" FF F0")]
    [InlineData(VspCode.DoProxy, "53", "61 FF 62", "FF FA E8 46 53 61 FF FF 62 FF F0")]
    [InlineData(VspCode.DoProxy, "", "", "FF FA E8 46 FF F0")]
    [InlineData(VspCode.WillProxy, "", "", "FF FA E8 47 FF F0")]
    [InlineData(VspCode.WontProxy, "", "", "FF FA E8 49 FF F0")]
    [InlineData(VspCode.VmVcUuid, "\"01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00\"", "", "FF FA E8 50 \"01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00\" FF F0")]
    [InlineData(VspCode.GetVmVcUuid, "", "", "FF FA E8 51 FF F0")]
    [InlineData(VspCode.VmName, "\"vm-00000\"", "", "FF FA E8 52 76 6D 2D 30 30 30 30 30 FF F0")]
    [InlineData(VspCode.VmName, "\"größe\"", "", "FF FA E8 52 67 72 C3 B6 C3 9F 65 FF F0")]
    [InlineData(VspCode.GetVmName, "", "", "FF FA E8 53 FF F0")]
    [InlineData(VspCode.VmBiosUuid, "\"0\"", "", "FF FA E8 54 30 FF F0")]
    [InlineData(VspCode.GetVmBiosUuid, "", "", "FF FA E8 55 FF F0")]
    [InlineData(VspCode.VmLocationUuid, "\"0\"", "", "FF FA E8 56 30 FF F0")]
    [InlineData(VspCode.GetVmLocationUuid, "", "", "FF FA E8 57 FF F0")]
    [InlineData((VspCode)0xFF, "FF", "", "FF FA E8 FF FF FF FF FF F0")]
    public void A_message_is_written_and_read_back(VspCode code, string payload, string more, string wire)
    {
        byte[] head = HexScript.Bytes(payload);
        byte[] tail = HexScript.Bytes(more);
        var output = new ArrayBufferWriter<byte>();
        VspMessage.Write(output, code, head, tail);
        Assert.Equal(HexScript.Format(HexScript.Bytes(wire)), HexScript.Format(output.WrittenSpan));

        foreach (var feeding in Enum.GetValues<Feeding>())
            Assert.Single(Tokens.Of(output.WrittenSpan, feeding));

        var source = output.WrittenSpan.ToArray().AsSpan();
        Assert.True(new TelnetDecoder().TryRead(ref source, out var token));
        Assert.Equal(TelnetOptionCode.VirtualSerialPort, token.Option);
        Assert.True(VspMessage.TryRead(token.Payload, out var message));
        Assert.Equal(code, message.Code);
        Assert.Equal([.. head, .. tail], message.Payload.ToArray());
    }

    [Fact]
    public void Every_code_is_written_and_read_back_above()
    {
        var tested = typeof(VspMessageTests).GetMethod(nameof(A_message_is_written_and_read_back))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
            .Select(row => (VspCode)((InlineDataAttribute)row).Data[0]!);
        Assert.Empty(Enum.GetValues<VspCode>().Except(tested));
    }

    [Fact]
    public void A_subnegotiation_without_a_code_is_no_message() => Assert.False(VspMessage.TryRead([], out _));

    [Fact]
    public void An_unknown_code_is_a_message_all_the_same()
    {
        Assert.True(VspMessage.TryRead([42, 1, 2], out var message));
        Assert.Equal((VspCode)42, message.Code);
        Assert.Equal([1, 2], message.Payload.ToArray());
    }
}
