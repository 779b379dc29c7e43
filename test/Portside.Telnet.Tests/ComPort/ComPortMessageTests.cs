using System.Buffers;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Telnet.Tests.ComPort;

public sealed class ComPortMessageTests
{
    private delegate ComPortMessage Make(ComPortSender sender);

    private delegate ComPortMessage MakeNotification();

    private delegate void CheckMessage(ComPortMessage message);

    [Theory]
    [InlineData("", "FF FA 2C 00 FF F0", "FF FA 2C 64 FF F0", true)]
    [InlineData("\"Portside\" FF", "FF FA 2C 00 \"Portside\" FF FF FF F0", "FF FA 2C 64 \"Portside\" FF FF FF F0", false)]
    public void Signature(string text, string client, string server, bool query)
    {
        var bytes = HexScript.Bytes(text);
        AssertBothWays(sender => ComPortMessage.Signature(sender, bytes), client, server, query, message =>
            Assert.Equal(bytes, message.Text.ToArray()));
    }

    [Theory]
    [InlineData(0u, "FF FA 2C 01 00 00 00 00 FF F0", "FF FA 2C 65 00 00 00 00 FF F0")]
    [InlineData(300u, "FF FA 2C 01 00 00 01 2C FF F0", "FF FA 2C 65 00 00 01 2C FF F0")]
    [InlineData(115_200u, "FF FA 2C 01 00 01 C2 00 FF F0", "FF FA 2C 65 00 01 C2 00 FF F0")]
    [InlineData(65_535u, "FF FA 2C 01 00 00 FF FF FF FF FF F0", "FF FA 2C 65 00 00 FF FF FF FF FF F0")]
    [InlineData(uint.MaxValue, "FF FA 2C 01 FF FF FF FF FF FF FF FF FF F0", "FF FA 2C 65 FF FF FF FF FF FF FF FF FF F0")]
    public void Baud_rate(uint rate, string client, string server) =>
        AssertBothWays(sender => ComPortMessage.SetBaudRate(sender, rate), client, server, query: rate == 0, message =>
        {
            Assert.Equal(rate, message.BaudRate);
            Assert.False(message.IsOneByteRate);
        });

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(300u, 3)]
    [InlineData(600u, 4)]
    [InlineData(1_200u, 5)]
    [InlineData(2_400u, 6)]
    [InlineData(4_800u, 7)]
    [InlineData(9_600u, 8)]
    [InlineData(14_400u, 9)]
    [InlineData(19_200u, 10)]
    [InlineData(28_800u, 11)]
    [InlineData(38_400u, 12)]
    [InlineData(57_600u, 13)]
    [InlineData(115_200u, 14)]
    [InlineData(230_400u, 15)]
    public void A_baud_rate_of_one_byte_is_read_and_answered_as_one(uint rate, byte code) => AssertBothWays(
        sender => ComPortMessage.SetBaudRate(sender, rate, asOneByte: true),
        $"FF FA 2C 01 {code:X2} FF F0",
        $"FF FA 2C 65 {code:X2} FF F0",
        query: rate == 0,
        message =>
        {
            Assert.Equal(rate, message.BaudRate);
            Assert.True(message.IsOneByteRate);
        });

    [Fact]
    public void A_rate_without_a_one_byte_code_is_answered_with_0()
    {
        var output = new ArrayBufferWriter<byte>();
        ComPortMessage.SetBaudRate(ComPortSender.Server, 31_250, asOneByte: true).Write(output);
        Assert.Equal("FF FA 2C 65 00 FF F0", HexScript.Format(output.WrittenSpan));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(255)]
    public void Data_size(byte bits) => AssertOneByte(
        2, bits, query: bits == 0, sender => ComPortMessage.SetDataSize(sender, bits), message => Assert.Equal(bits, message.DataSize));

    [Theory]
    [InlineData(ComPortParity.Query, 0)]
    [InlineData(ComPortParity.None, 1)]
    [InlineData(ComPortParity.Odd, 2)]
    [InlineData(ComPortParity.Even, 3)]
    [InlineData(ComPortParity.Mark, 4)]
    [InlineData(ComPortParity.Space, 5)]
    [InlineData((ComPortParity)6, 6)]
    public void Parity(ComPortParity parity, byte wire) => AssertOneByte(
        3, wire, query: wire == 0, sender => ComPortMessage.SetParity(sender, parity), message => Assert.Equal(parity, message.Parity));

    [Theory]
    [InlineData(ComPortStopSize.Query, 0)]
    [InlineData(ComPortStopSize.One, 1)]
    [InlineData(ComPortStopSize.Two, 2)]
    [InlineData(ComPortStopSize.OneAndHalf, 3)]
    [InlineData((ComPortStopSize)255, 255)]
    public void Stop_size(ComPortStopSize size, byte wire) => AssertOneByte(
        4, wire, query: wire == 0, sender => ComPortMessage.SetStopSize(sender, size), message => Assert.Equal(size, message.StopSize));

    [Theory]
    [InlineData(ComPortControl.QueryFlow, 0, true)]
    [InlineData(ComPortControl.FlowNone, 1, false)]
    [InlineData(ComPortControl.FlowXonXoff, 2, false)]
    [InlineData(ComPortControl.FlowHardware, 3, false)]
    [InlineData(ComPortControl.QueryBreak, 4, true)]
    [InlineData(ComPortControl.BreakOn, 5, false)]
    [InlineData(ComPortControl.BreakOff, 6, false)]
    [InlineData(ComPortControl.QueryDtr, 7, true)]
    [InlineData(ComPortControl.DtrOn, 8, false)]
    [InlineData(ComPortControl.DtrOff, 9, false)]
    [InlineData(ComPortControl.QueryRts, 10, true)]
    [InlineData(ComPortControl.RtsOn, 11, false)]
    [InlineData(ComPortControl.RtsOff, 12, false)]
    [InlineData(ComPortControl.QueryInboundFlow, 13, true)]
    [InlineData(ComPortControl.InboundFlowNone, 14, false)]
    [InlineData(ComPortControl.InboundFlowXonXoff, 15, false)]
    [InlineData(ComPortControl.InboundFlowHardware, 16, false)]
    [InlineData(ComPortControl.FlowDcd, 17, false)]
    [InlineData(ComPortControl.InboundFlowDtr, 18, false)]
    [InlineData(ComPortControl.FlowDsr, 19, false)]
    [InlineData((ComPortControl)20, 20, false)]
    public void Control(ComPortControl control, byte wire, bool query) => AssertOneByte(
        5, wire, query, sender => ComPortMessage.SetControl(sender, control), message => Assert.Equal(control, message.Control));

    [Fact]
    public void Line_state_and_its_mask()
    {
        for (var bits = 0; bits <= 0xFF; bits++)
        {
            var state = (ComPortLineState)bits;
            AssertServerNotifies($"FF FA 2C 6A {Escaped(bits)} FF F0", () => ComPortMessage.NotifyLineState(state), message =>
                Assert.Equal(state, message.LineState));
            AssertOneByte(10, (byte)bits, query: false, sender => ComPortMessage.SetLineStateMask(sender, state), message =>
                Assert.Equal(state, message.LineState));
        }
    }

    [Fact]
    public void Modem_state_and_its_mask()
    {
        for (var bits = 0; bits <= 0xFF; bits++)
        {
            var state = (ComPortModemState)bits;
            AssertServerNotifies($"FF FA 2C 6B {Escaped(bits)} FF F0", () => ComPortMessage.NotifyModemState(state), message =>
                Assert.Equal(state, message.ModemState));
            AssertOneByte(11, (byte)bits, query: false, sender => ComPortMessage.SetModemStateMask(sender, state), message =>
                Assert.Equal(state, message.ModemState));
        }
    }

    [Fact]
    public void The_bits_are_those_of_the_16550()
    {
        Assert.Equal(
            [0, 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80],
            new[]
            {
                ComPortLineState.None, ComPortLineState.DataReady, ComPortLineState.OverrunError, ComPortLineState.ParityError,
                ComPortLineState.FramingError, ComPortLineState.Break, ComPortLineState.HoldingRegisterEmpty,
                ComPortLineState.ShiftRegisterEmpty, ComPortLineState.TimeoutError,
            }.Select(bit => (int)bit));
        Assert.Equal(
            [0, 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80],
            new[]
            {
                ComPortModemState.None, ComPortModemState.CtsChanged, ComPortModemState.DsrChanged, ComPortModemState.RingEnded,
                ComPortModemState.DcdChanged, ComPortModemState.Cts, ComPortModemState.Dsr, ComPortModemState.Ring,
                ComPortModemState.Dcd,
            }.Select(bit => (int)bit));
    }

    [Fact]
    public void Flow_control_suspend() => AssertBothWays(
        ComPortMessage.FlowControlSuspend, "FF FA 2C 08 FF F0", "FF FA 2C 6C FF F0", query: false, message =>
            Assert.Equal(ComPortCommand.FlowControlSuspend, message.Command));

    [Fact]
    public void Flow_control_resume() => AssertBothWays(
        ComPortMessage.FlowControlResume, "FF FA 2C 09 FF F0", "FF FA 2C 6D FF F0", query: false, message =>
            Assert.Equal(ComPortCommand.FlowControlResume, message.Command));

    [Theory]
    [InlineData(ComPortPurge.Receive, 1)]
    [InlineData(ComPortPurge.Transmit, 2)]
    [InlineData(ComPortPurge.Both, 3)]
    public void Purge(ComPortPurge purge, byte wire) => AssertOneByte(
        12, wire, query: false, sender => ComPortMessage.PurgeData(sender, purge), message => Assert.Equal(purge, message.Purge));

    [Theory]
    [InlineData("", ComPortError.Empty)]
    [InlineData("0D 00", ComPortError.UnknownCommand)]
    [InlineData("63 00", ComPortError.UnknownCommand)]
    [InlineData("71 00", ComPortError.UnknownCommand)]
    [InlineData("FF", ComPortError.UnknownCommand)]
    [InlineData("01", ComPortError.TooShort)]
    [InlineData("01 01", ComPortError.UnknownBaudRate)]
    [InlineData("01 02", ComPortError.UnknownBaudRate)]
    [InlineData("01 10", ComPortError.UnknownBaudRate)]
    [InlineData("65 FF", ComPortError.UnknownBaudRate)]
    [InlineData("01 00 01", ComPortError.TooShort)]
    [InlineData("01 00 01 C2", ComPortError.TooShort)]
    [InlineData("65 00 01 C2 00 00", ComPortError.TooLong)]
    [InlineData("02", ComPortError.TooShort)]
    [InlineData("02 08 08", ComPortError.TooLong)]
    [InlineData("03", ComPortError.TooShort)]
    [InlineData("03 01 01", ComPortError.TooLong)]
    [InlineData("04", ComPortError.TooShort)]
    [InlineData("04 01 01", ComPortError.TooLong)]
    [InlineData("05", ComPortError.TooShort)]
    [InlineData("05 01 01", ComPortError.TooLong)]
    [InlineData("06", ComPortError.TooShort)]
    [InlineData("6A 01 01", ComPortError.TooLong)]
    [InlineData("6B", ComPortError.TooShort)]
    [InlineData("07 01 01", ComPortError.TooLong)]
    [InlineData("08 01", ComPortError.TooLong)]
    [InlineData("6C 01", ComPortError.TooLong)]
    [InlineData("09 01", ComPortError.TooLong)]
    [InlineData("0A", ComPortError.TooShort)]
    [InlineData("6E 01 01", ComPortError.TooLong)]
    [InlineData("0B", ComPortError.TooShort)]
    [InlineData("0B 01 01", ComPortError.TooLong)]
    [InlineData("0C", ComPortError.TooShort)]
    [InlineData("70 01 01", ComPortError.TooLong)]
    public void Whatever_is_wrong_is_said_and_not_thrown(string payload, ComPortError expected)
    {
        Assert.False(ComPortMessage.TryRead(HexScript.Bytes(payload), out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Any_payload_is_read_or_refused_and_what_is_read_is_written_the_same()
    {
        var random = new Random(2217);
        for (var round = 0; round < 20_000; round++)
        {
            var payload = new byte[random.Next(0, 8)];
            random.NextBytes(payload);
            if (payload.Length > 0 && random.Next(4) > 0)
                payload[0] = (byte)(random.Next(14) + (100 * random.Next(2)));
            if (!ComPortMessage.TryRead(payload, out var message, out var error))
            {
                Assert.NotEqual(ComPortError.None, error);
                continue;
            }

            Assert.Equal(ComPortError.None, error);
            var output = new ArrayBufferWriter<byte>();
            message.Write(output);
            var line = Assert.Single(Tokens.Of(output.WrittenSpan, Feeding.Whole));
            Assert.Equal($"SB 2C {HexScript.Format(payload)}", line);
        }
    }

    [Fact]
    public void A_value_of_another_command_is_not_to_be_had()
    {
        foreach (var read in new Func<uint>[]
        {
            () => Suspend().BaudRate, () => (uint)Suspend().DataSize, () => (uint)Suspend().Parity, () => (uint)Suspend().StopSize,
            () => (uint)Suspend().Control, () => (uint)Suspend().LineState, () => (uint)Suspend().ModemState,
            () => (uint)Suspend().Purge,
        })
        {
            Assert.Throws<InvalidOperationException>(() => read());
        }

        static ComPortMessage Suspend() => ComPortMessage.FlowControlSuspend(ComPortSender.Client);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        byte[] payload = [101, 0, 1, 0xC2, 0];
        Assert.Equal(0, Allocated.By(() =>
        {
            output.ResetWrittenCount();
            ComPortMessage.TryRead(payload, out var message, out _);
            message.Write(output);
        }));
    }

    private static string Escaped(int bits) => bits == 0xFF ? "FF FF" : $"{bits:X2}";

    private static void AssertOneByte(int code, byte wire, bool query, Make make, CheckMessage check) => AssertBothWays(
        make, $"FF FA 2C {code:X2} {Escaped(wire)} FF F0", $"FF FA 2C {code + 100:X2} {Escaped(wire)} FF F0", query, check);

    private static void AssertBothWays(Make make, string client, string server, bool query, CheckMessage check)
    {
        Assert.Equal(query, AssertOneWay(ComPortSender.Client, client, make, check));
        Assert.Equal(query, AssertOneWay(ComPortSender.Server, server, make, check));
    }

    private static void AssertServerNotifies(string server, MakeNotification make, CheckMessage check) =>
        Assert.False(AssertOneWay(ComPortSender.Server, server, _ => make(), check));

    private static bool AssertOneWay(ComPortSender sender, string wire, Make make, CheckMessage check)
    {
        var output = new ArrayBufferWriter<byte>();
        make(sender).Write(output);
        Assert.Equal(HexScript.Bytes(wire), output.WrittenSpan.ToArray());

        var source = output.WrittenSpan.ToArray().AsSpan();
        Assert.True(new TelnetDecoder().TryRead(ref source, out var token));
        Assert.Equal(TelnetOptionCode.ComPort, token.Option);
        Assert.True(ComPortMessage.TryRead(token.Payload, out var message, out var error));
        Assert.Equal(ComPortError.None, error);
        Assert.Equal(sender, message.Sender);
        check(message);
        return message.IsQuery;
    }
}
