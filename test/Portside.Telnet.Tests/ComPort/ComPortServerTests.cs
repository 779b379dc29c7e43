using System.Buffers;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Telnet.Tests.ComPort;

public sealed class ComPortServerTests
{
    private readonly FakeComPortDevice _device = new();
    private readonly ComPortServer _server;

    public ComPortServerTests() => _server = new(_device);

    [Theory]
    [InlineData("01 00 00 00 00", "65 00 00 25 80")]
    [InlineData("01 00 01 C2 00", "65 00 01 C2 00")]
    [InlineData("01 00 03 84 00", "65 00 00 25 80")] // Faster than the device can: the one in force.
    [InlineData("01 0E", "65 0E")] // One byte, as some send; the answer has one too.
    [InlineData("01 00", "65 08")]
    [InlineData("02 00", "66 08")]
    [InlineData("02 07", "66 07")]
    [InlineData("02 09", "66 08")]
    [InlineData("02 FF", "66 08")]
    [InlineData("03 00", "67 01")]
    [InlineData("03 03", "67 03")]
    [InlineData("03 06", "67 01")]
    [InlineData("04 00", "68 01")]
    [InlineData("04 03", "68 03")]
    [InlineData("04 04", "68 01")]
    [InlineData("05 00", "69 01")]
    [InlineData("05 02", "69 02")]
    [InlineData("05 03", "69 03")]
    [InlineData("05 04", "69 06")]
    [InlineData("05 05", "69 05")]
    [InlineData("05 06", "69 06")]
    [InlineData("05 07", "69 08")]
    [InlineData("05 09", "69 09")]
    [InlineData("05 08", "69 08")]
    [InlineData("05 0A", "69 0B")]
    [InlineData("05 0C", "69 0C")]
    [InlineData("05 0D", "69 0E")]
    [InlineData("05 0F", "69 0E")] // Inbound alone is not to be had.
    [InlineData("05 11", "69 01")]
    [InlineData("05 12", "69 0E")]
    [InlineData("05 13", "69 01")]
    [InlineData("00", "64 \"a fake\"")]
    [InlineData("06 00", "6A 00")]
    [InlineData("07 00", "6B 30")]
    [InlineData("0A 10", "6E 10")]
    [InlineData("0B 0F", "6F 0F")]
    [InlineData("0C 01", "70 01")]
    [InlineData("0C 03", "70 03")]
    public void Is_answered_with_what_is_in_force(string message, string answer)
    {
        _device.ModemState = ComPortModemState.Cts | ComPortModemState.Dsr;
        Assert.Equal(Framed(answer), Say(message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("01 00 00")]
    [InlineData("01 00 00 00 00 00")]
    [InlineData("01 1F")]
    [InlineData("02")]
    [InlineData("02 08 08")]
    [InlineData("05 14")]
    [InlineData("05 FF")]
    [InlineData("08 00")]
    [InlineData("0C 00")]
    [InlineData("0C 04")]
    [InlineData("0D")]
    [InlineData("63 00")]
    [InlineData("65 00 00 25 80")] // An access server's own word.
    [InlineData("FF")]
    public void What_is_malformed_or_unknown_is_ignored(string message)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.False(_server.Accept(HexScript.Bytes(message), output));
        Assert.Equal(0, output.WrittenCount);
        Assert.Equal(LineSettings.Default, _device.Settings);
        Assert.Empty(_device.Heard);
    }

    [Fact]
    public void A_client_that_may_not_set_is_told_what_is_in_force()
    {
        _device.Refuses = true;
        Assert.Equal(Framed("65 00 00 25 80"), Say("01 00 00 12 C0"));
        Assert.Equal(Framed("66 08"), Say("02 05"));
        Assert.Equal(Framed("69 01"), Say("05 03"));
        Assert.Equal(Framed("69 06"), Say("05 05"));
        Assert.Equal(Framed("69 08"), Say("05 09"));
    }

    [Fact]
    public void A_signature_is_heard_and_not_answered()
    {
        Assert.Equal("", Say("00 \"a client\""));
        Assert.Equal(["signature a client"], _device.Heard);
    }

    [Fact]
    public void Purge_suspend_and_resume_reach_the_device_once()
    {
        Say("0C 02");
        Say("08");
        Say("08");
        Assert.True(_server.IsSuspended);
        Say("09");
        Say("09");
        Assert.False(_server.IsSuspended);
        Assert.Equal(["purge Transmit", "suspend", "resume"], _device.Heard);
    }

    [Fact]
    public void Modem_lines_are_told_at_the_start_and_when_they_change()
    {
        _device.ModemState = ComPortModemState.Dsr | ComPortModemState.Dcd;
        Assert.Equal(Framed("6B A0"), Told(_server.Start));
        Assert.Equal("", Told(_server.TellModemState));
        _device.ModemState = ComPortModemState.Dsr | ComPortModemState.Cts;
        Assert.Equal(Framed("6B 39"), Told(_server.TellModemState)); // CTS came, DCD went.
        Assert.Equal("", Told(_server.TellModemState));
    }

    [Fact]
    public void A_ring_has_a_change_bit_only_when_it_ends()
    {
        Told(_server.Start);
        _device.ModemState = ComPortModemState.Ring;
        Assert.Equal(Framed("6B 40"), Told(_server.TellModemState));
        _device.ModemState = ComPortModemState.None;
        Assert.Equal(Framed("6B 04"), Told(_server.TellModemState));
    }

    [Fact]
    public void Masked_modem_lines_are_not_told()
    {
        Told(_server.Start);
        Say("0B 11"); // CTS and its change.
        _device.ModemState = ComPortModemState.Dsr;
        Assert.Equal("", Told(_server.TellModemState));
        _device.ModemState = ComPortModemState.Dsr | ComPortModemState.Cts;
        Assert.Equal(Framed("6B 11"), Told(_server.TellModemState));
        Say("0B 00");
        _device.ModemState = ComPortModemState.None;
        Assert.Equal("", Told(_server.TellModemState));
    }

    [Fact]
    public void Line_states_are_told_only_to_who_asked_for_them()
    {
        const ComPortLineState Happened = ComPortLineState.Break | ComPortLineState.FramingError;
        Assert.Equal("", Told(output => _server.TellLineState(Happened, output)));
        Say("0A 10");
        Assert.Equal(Framed("6A 10"), Told(output => _server.TellLineState(Happened, output)));
    }

    [Fact]
    public void Settings_that_changed_behind_the_clients_back_are_told_once()
    {
        Told(_server.Start);
        Assert.Equal("", Told(_server.TellSettings));
        _device.Settings = new(19_200, 7, ComPortParity.Even, ComPortStopSize.Two, ComPortControl.FlowHardware);
        Assert.Equal(
            string.Join(" ", Framed("65 00 00 4B 00"), Framed("66 07"), Framed("67 03"), Framed("68 02"), Framed("69 03")),
            Told(_server.TellSettings));
        Assert.Equal("", Told(_server.TellSettings));
    }

    [Fact]
    public void What_a_client_set_itself_is_not_told_again()
    {
        Told(_server.Start);
        Say("01 00 00 4B 00");
        Assert.Equal("", Told(_server.TellSettings));
    }

    [Fact]
    public void No_message_leaves_anything_on_the_heap()
    {
        _device.Notes = false;
        byte[][] messages =
        [
            .. new[]
            {
                "01 00 00 4B 00", "01 00 00 25 80", "02 07", "03 02", "04 02", "05 03", "05 08", "05 0B", "05 05", "05 06",
                "06 00", "07 00", "08", "09", "0A FF", "0B FF", "0C 03", "00",
            }.Select(HexScript.Bytes),
        ];
        var output = new ArrayBufferWriter<byte>(4096);
        var allocated = Allocated.By(() =>
        {
            output.ResetWrittenCount();
            _server.Start(output);
            foreach (var message in messages)
                _server.Accept(message, output);
            _device.ModemState ^= ComPortModemState.Cts;
            _device.Settings = _device.Settings with { BaudRate = _device.Settings.BaudRate ^ 1 };
            _server.TellModemState(output);
            _server.TellSettings(output);
            _server.TellLineState(ComPortLineState.Break, output);
        });
        Assert.Equal(0, allocated);
    }

    private static string Framed(string payload) => HexScript.Format([
        0xFF, 0xFA, 0x2C, .. HexScript.Bytes(payload).SelectMany(b => b == 0xFF ? new byte[] { b, b } : [b]), 0xFF, 0xF0]);

    private static string Told(Action<IBufferWriter<byte>> tell)
    {
        var output = new ArrayBufferWriter<byte>();
        tell(output);
        return HexScript.Format(output.WrittenSpan);
    }

    private string Say(string message) => Told(output => Assert.True(_server.Accept(HexScript.Bytes(message), output)));
}
