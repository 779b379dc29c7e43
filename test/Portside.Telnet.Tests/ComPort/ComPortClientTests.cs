using System.Buffers;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Telnet.Tests.ComPort;

public sealed class ComPortClientTests
{
    private readonly ComPortRecorder _heard = new();
    private readonly ComPortClient _client;

    public ComPortClientTests() => _client = new(_heard, "a client"u8.ToArray());

    [Fact]
    public void All_that_is_wanted_is_said_once()
    {
        Assert.Equal(
            "FF FA 2C 01 00 00 25 80 FF F0 FF FA 2C 02 08 FF F0 FF FA 2C 03 01 FF F0 FF FA 2C 04 01 FF F0 FF FA 2C 05 01 FF F0",
            Said(output => _client.Want(LineSettings.Default, output)));
        Assert.Equal("", Said(output => _client.Want(LineSettings.Default, output)));
    }

    [Fact]
    public void Only_what_changed_is_said()
    {
        Said(output => _client.Want(LineSettings.Default, output));
        Assert.Equal(
            "FF FA 2C 03 03 FF F0",
            Said(output => _client.Want(LineSettings.Default with { Parity = ComPortParity.Even }, output)));
    }

    [Fact]
    public void What_is_unknown_is_left_alone() =>
        Assert.Equal("FF FA 2C 02 07 FF F0", Said(output =>
            _client.Want(new(0, 7, ComPortParity.Query, ComPortStopSize.Query), output)));

    [Fact]
    public void A_refused_wish_is_said_again_when_it_is_wished_again()
    {
        var fast = new LineSettings(921_600, 0, ComPortParity.Query, ComPortStopSize.Query);
        Said(output => _client.Want(fast, output));
        Hear("65 00 00 25 80");
        Assert.Equal(9_600u, _client.InForce.BaudRate);
        Assert.Equal("FF FA 2C 01 00 0E 10 00 FF F0", Said(output => _client.Want(fast, output)));
    }

    [Fact]
    public void What_the_server_says_unasked_is_in_force()
    {
        Said(output => _client.Want(LineSettings.Default, output));
        Hear("65 00 01 C2 00");
        Hear("66 07");
        Hear("67 02");
        Hear("68 02");
        Hear("69 03");
        Assert.Equal(
            new LineSettings(115_200, 7, ComPortParity.Odd, ComPortStopSize.Two, ComPortControl.FlowHardware), _client.InForce);
        Assert.Equal(5, _heard.Heard.Count);
        Assert.Equal("settings 115200 7 Odd Two FlowHardware", _heard.Heard[^1]);

        // Whoever applied that and reports it back confirms it, once.
        Assert.Equal(5, Said(output => _client.Want(_client.InForce, output)).Split("FF FA 2C").Length - 1);
        Assert.Equal("", Said(output => _client.Want(_client.InForce, output)));
    }

    [Fact]
    public void A_wish_that_was_overridden_is_said_again_when_it_is_wished_again()
    {
        Said(output => _client.Want(LineSettings.Default, output));
        Hear("65 00 00 25 80");
        Assert.Equal("", Said(output => _client.Want(LineSettings.Default, output)));
        Hear("65 00 01 C2 00");
        Assert.Equal("FF FA 2C 01 00 00 25 80 FF F0", Said(output => _client.Want(LineSettings.Default, output)));
    }

    [Fact]
    public void An_answer_that_a_later_wish_has_overtaken_is_no_news()
    {
        Said(output => _client.Want(LineSettings.Default, output));
        Said(output => _client.Want(LineSettings.Default with { BaudRate = 19_200 }, output));
        Hear("65 00 00 25 80");
        Hear("66 08");
        Assert.Equal("settings 0 8 Query Query QueryFlow", Assert.Single(_heard.Heard));
        Hear("65 00 00 4B 00");
        Assert.Equal("settings 19200 8 Query Query QueryFlow", _heard.Heard[^1]);

        // And what it says of its own accord counts even while an answer is awaited.
        Said(output => _client.Want(LineSettings.Default, output));
        Hear("65 00 01 C2 00");
        Assert.Equal("settings 115200 8 Query Query QueryFlow", _heard.Heard[^1]);
    }

    [Fact]
    public void The_answer_to_a_question_that_a_wish_has_overtaken_is_no_news()
    {
        Said(_client.Ask);
        Said(output => _client.Want(new(19_200, 0, ComPortParity.Query, ComPortStopSize.Query), output));
        Hear("65 00 00 25 80");
        Assert.Empty(_heard.Heard);
        Hear("65 00 00 4B 00");
        Assert.Equal(19_200u, _client.InForce.BaudRate);
    }

    [Fact]
    public void A_refused_wish_is_news_each_time()
    {
        for (var i = 1; i <= 40; i++)
        {
            Said(output => _client.Want(new(921_600, 0, ComPortParity.Query, ComPortStopSize.Query), output));
            Hear("65 00 00 25 80");
            Assert.Equal(i, _heard.Heard.Count);
        }
    }

    [Fact]
    public void An_answer_that_says_nothing_new_is_no_news()
    {
        Hear("65 00 01 C2 00");
        Hear("65 00 01 C2 00");
        Hear("65 0E"); // The same rate in one byte.
        Assert.Single(_heard.Heard);
    }

    [Fact]
    public void A_server_that_never_answers_holds_nothing_up()
    {
        Said(output => _client.Want(LineSettings.Default, output));
        Assert.Equal(default, _client.InForce);
        Assert.Equal(
            "FF FA 2C 01 00 00 4B 00 FF F0",
            Said(output => _client.Want(LineSettings.Default with { BaudRate = 19_200 }, output)));
        Assert.Empty(_heard.Heard);
    }

    [Fact]
    public void Signals_are_said_when_they_change()
    {
        Assert.Equal(
            "FF FA 2C 05 08 FF F0 FF FA 2C 05 0B FF F0", Said(output => _client.SetSignals(dtr: true, rts: true, output)));
        Assert.Equal("FF FA 2C 05 0C FF F0", Said(output => _client.SetSignals(dtr: true, rts: false, output)));
        Assert.Equal("", Said(output => _client.SetSignals(dtr: null, rts: null, output)));
        Hear("69 09"); // The server keeps DTR off.
        Assert.False(_client.Dtr);
    }

    [Fact]
    public void Break_purge_masks_questions_and_signature_have_their_bytes()
    {
        Assert.Equal("FF FA 2C 05 05 FF F0", Said(output => ComPortClient.SetBreak(on: true, output)));
        Assert.Equal("FF FA 2C 05 06 FF F0", Said(output => ComPortClient.SetBreak(on: false, output)));
        Assert.Equal("FF FA 2C 0C 03 FF F0", Said(output => ComPortClient.Purge(ComPortPurge.Both, output)));
        Assert.Equal(
            "FF FA 2C 0A 10 FF F0 FF FA 2C 0B FF FF FF F0",
            Said(output => ComPortClient.SetMasks(ComPortLineState.Break, (ComPortModemState)0xFF, output)));
        Assert.Equal(
            "FF FA 2C 01 00 00 00 00 FF F0 FF FA 2C 02 00 FF F0 FF FA 2C 03 00 FF F0 FF FA 2C 04 00 FF F0 FF FA 2C 05 00 FF F0",
            Said(_client.Ask));
        Assert.Equal("FF FA 2C 00 \"a client\" FF F0", Readable(Said(_client.SendSignature)));
        Assert.Equal(
            "FF FA 2C 00 \"a client\" FF F0", Readable(Said(output => Assert.True(_client.Accept([100], output)))));
    }

    [Fact]
    public void What_the_server_says_of_the_line_is_heard()
    {
        Hear("6B 31");
        Hear("6A 10");
        Hear("6C");
        Hear("6C");
        Assert.True(_client.IsSuspended);
        Hear("6D");
        Hear("64 \"a server\"");
        Hear("69 05");
        Assert.True(_client.IsBreaking);
        Hear("6E 00");
        Hear("6F FF");
        Hear("70 03");
        Assert.Equal(["modem 31", "line 10", "suspend", "resume", "signature a server"], _heard.Heard);
    }

    [Theory]
    [InlineData("")]
    [InlineData("65")]
    [InlineData("66 04")]
    [InlineData("66 FF")]
    [InlineData("67 06")]
    [InlineData("68 09")]
    [InlineData("69 FF")]
    [InlineData("71")]
    [InlineData("01 00 00 25 80")] // A client's word.
    public void What_makes_no_sense_is_ignored(string message)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.False(_client.Accept(HexScript.Bytes(message), output));
        Assert.Equal(0, output.WrittenCount);
        Assert.Equal(default, _client.InForce);
        Assert.Empty(_heard.Heard);
    }

    [Fact]
    public void No_message_leaves_anything_on_the_heap()
    {
        _heard.Notes = false;
        byte[][] messages =
        [
            .. new[] { "65 00 00 4B 00", "65 00 00 25 80", "66 07", "66 08", "69 03", "6A 10", "6B 30", "6C", "6D", "64" }
                .Select(HexScript.Bytes),
        ];
        var output = new ArrayBufferWriter<byte>(4096);
        var speed = 9_600u;
        var allocated = Allocated.By(() =>
        {
            output.ResetWrittenCount();
            _client.Want(LineSettings.Default with { BaudRate = ++speed }, output);
            _client.SetSignals(speed % 2 == 0, speed % 2 == 1, output);
            foreach (var message in messages)
                _client.Accept(message, output);
        });
        Assert.Equal(0, allocated);
    }

    private static string Readable(string hex) =>
        hex.Replace(HexScript.Format("a client"u8), "\"a client\"", StringComparison.Ordinal);

    private static string Said(Action<IBufferWriter<byte>> say)
    {
        var output = new ArrayBufferWriter<byte>();
        say(output);
        return HexScript.Format(output.WrittenSpan);
    }

    private void Hear(string message) => Assert.Equal("", Said(output => Assert.True(_client.Accept(HexScript.Bytes(message), output))));
}
