namespace Portside.Telnet.Tests;

public sealed class TelnetDecoderTests
{
    [Theory]
    [TelnetBytes("")]
    [TelnetBytes("31 FF F1 32", "data 31", "command F1", "data 32")]
    [TelnetBytes("31 FF FF 32", "data 31 FF 32")]
    [TelnetBytes("FF FA 7B 01 FF FF FF F0", "SB 7B 01 FF")]
    [TelnetBytes("FF FA 7B 01 FF FF F0 FF F0", "SB 7B 01 FF F0")]
    [TelnetBytes("FF 34 35", "undefined 34", "data 35")]
    public void A_stream_is_cut_into_its_tokens(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [TelnetBytes("00 11 0D 0A 0D 00 7F 80 FE", "data 00 11 0D 0A 0D 00 7F 80 FE")]
    [TelnetBytes("FF FF", "data FF")]
    [TelnetBytes("FF FF FF FF FF FF", "data FF FF FF")]
    [TelnetBytes("FF FF FF F1 FF FF", "data FF", "command F1", "data FF")]
    [TelnetBytes("61 FF FF 62 63 FF FF FF FF 64 65 66 FF FF", "data 61 FF 62 63 FF FF 64 65 66 FF")]
    [TelnetBytes("FF FF F0 FF FF FA", "data FF F0 FF FA")]
    public void Data_is_transparent_and_a_doubled_IAC_is_one_byte_of_it(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [TelnetBytes("FF F1", "command F1")]
    [TelnetBytes("FF F2", "command F2")]
    [TelnetBytes("FF F3", "command F3")]
    [TelnetBytes("FF F4", "command F4")]
    [TelnetBytes("FF F5", "command F5")]
    [TelnetBytes("FF F6", "command F6")]
    [TelnetBytes("FF F7", "command F7")]
    [TelnetBytes("FF F8", "command F8")]
    [TelnetBytes("FF F9", "command F9")]
    public void A_command_without_operand_is_two_bytes(byte[] stream, string[] tokens, Feeding feeding)
    {
        Assert.Equal(tokens, Tokens.Of(stream, feeding));
        Assert.Equal([.. tokens, "data F1 30"], Tokens.Of([.. stream, 0xF1, 0x30], feeding));
    }

    [Theory]
    [TelnetBytes("FF FB 25", "WILL 25")]
    [TelnetBytes("FF FC E8", "WONT E8")]
    [TelnetBytes("FF FD 00", "DO 00")]
    [TelnetBytes("FF FE 2C", "DONT 2C")]
    [TelnetBytes("FF FB FF 41", "WILL FF", "data 41")]
    [TelnetBytes("FF FD F0 41", "DO F0", "data 41")]
    [TelnetBytes("41 FF FB 00 FF FD 01 42", "data 41", "WILL 00", "DO 01", "data 42")]
    public void A_negotiation_is_three_bytes_whatever_the_option(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [TelnetBytes("FF FA 1F 00 50 00 18 FF F0", "SB 1F 00 50 00 18")]
    [TelnetBytes("FF FA E8 FF F0", "SB E8")]
    [TelnetBytes("FF FA E8 FF FF FF F0", "SB E8 FF")]
    [TelnetBytes("FF FA E8 28 76 19 FF FF E9 FF F0 41", "SB E8 28 76 19 FF E9", "data 41")]
    [TelnetBytes("FF FA FF FF 01 FF F0", "SB FF 01")]
    [TelnetBytes("FF FA 00 FA FB FC FD FE F0 FF F0", "SB 00 FA FB FC FD FE F0")]
    public void A_subnegotiation_is_unescaped_up_to_its_end(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [TelnetBytes("FF FA FF F0 41", "broken SB 00", "data 41")]
    [TelnetBytes("FF FA FF F1 41", "broken SB 00", "command F1", "data 41")]
    [TelnetBytes("FF FA FF FA E8 51 FF F0", "broken SB 00", "SB E8 51")]
    public void A_subnegotiation_without_an_option_is_reported_as_broken(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [TelnetBytes("FF FA 7B 01 FF FA", "broken SB 7B 01")]
    [TelnetBytes("FF FA 7B 01 FF FA E8 51 FF F0", "broken SB 7B 01", "SB E8 51")]
    [TelnetBytes("FF FA E8 2C 76 19 FF E9 41 FF F0", "broken SB E8 2C 76 19", "undefined E9", "data 41", "undefined F0")]
    [TelnetBytes("FF FA E8 2C 76 FF FB 2C 41", "broken SB E8 2C 76", "WILL 2C", "data 41")]
    [TelnetBytes("FF FA E8 FF FF FF F1 41", "broken SB E8 FF", "command F1", "data 41")]
    public void A_command_inside_a_subnegotiation_ends_it_and_is_read(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [TelnetBytes("FF F0 41", "undefined F0", "data 41")]
    [TelnetBytes("FF 00 FF EF 41", "undefined 00", "undefined EF", "data 41")]
    public void A_stray_SE_or_an_unknown_command_is_passed_over(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Fact]
    public void Every_byte_after_an_IAC_leads_on_to_the_data_that_follows()
    {
        for (var command = 0; command <= 0xFF; command++)
        {
            byte[] stream = command switch
            {
                TelnetCommand.Sb => [0xFF, 0xFA, 1, 0xFF, 0xF0],
                >= TelnetCommand.Will and <= TelnetCommand.Dont => [0xFF, (byte)command, 1],
                _ => [0xFF, (byte)command],
            };
            foreach (var feeding in Enum.GetValues<Feeding>())
            {
                var last = Tokens.Of([.. stream, 0x41, 0x42], feeding)[^1];
                Assert.Equal(command == TelnetCommand.Iac ? "data FF 41 42" : "data 41 42", last);
            }
        }
    }

    [Fact]
    public void A_token_takes_exactly_its_bytes_so_that_TLS_can_begin_behind_it()
    {
        byte[] start = [0xFF, 0xFA, 0x25, 0x00, 0x07, 0x00, 0x01, 0xFF, 0xF0];
        byte[] hello = [0x16, 0x03, 0x01, 0xFF, 0xFF, 0xFF, 0x00];
        byte[] stream = [.. start, .. hello];
        for (var cut = 0; cut < start.Length; cut++)
        {
            var decoder = new TelnetDecoder();
            var before = stream[..cut].AsSpan();
            Assert.False(decoder.TryRead(ref before, out _));
            Assert.True(before.IsEmpty);

            var source = stream[cut..].AsSpan();
            Assert.True(decoder.TryRead(ref source, out var token));
            Assert.Equal("SB 25 00 07 00 01", Tokens.Show(token));
            Assert.Equal(hello, source.ToArray());
            Assert.False(decoder.IsInsideCommand);
        }
    }

    [Fact]
    public void A_token_of_data_leaves_the_next_command_unread()
    {
        var decoder = new TelnetDecoder();
        Span<byte> source = [0x41, 0xFF, 0xFB, 0x25, 0x42];
        Assert.True(decoder.TryRead(ref source, out var token));
        Assert.Equal("data 41", Tokens.Show(token));
        Assert.True(decoder.TryRead(ref source, out token));
        Assert.Equal("WILL 25", Tokens.Show(token));
        Assert.Equal([0x42], source.ToArray());
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("41 FF")]
    [InlineData("FF FB")]
    [InlineData("FF FA")]
    [InlineData("FF FA FF")]
    [InlineData("FF FA E8")]
    [InlineData("FF FA E8 51")]
    [InlineData("FF FA E8 51 FF")]
    [InlineData("FF FA E8 51 FF FF")]
    public void A_stream_that_ends_inside_a_command_was_cut(string script)
    {
        var decoder = new TelnetDecoder();
        Tokens.Read(decoder, Testing.HexScript.Bytes(script), []);
        Assert.True(decoder.IsInsideCommand);
    }

    [Theory]
    [InlineData("")]
    [InlineData("41")]
    [InlineData("FF FF")]
    [InlineData("FF F1")]
    [InlineData("FF FB 25")]
    [InlineData("FF FA E8 51 FF F0")]
    public void A_stream_that_ends_between_tokens_was_not_cut(string script)
    {
        var decoder = new TelnetDecoder();
        Tokens.Read(decoder, Testing.HexScript.Bytes(script), []);
        Assert.False(decoder.IsInsideCommand);
    }

    [Fact]
    public void A_token_lies_in_the_bytes_it_was_read_from()
    {
        var decoder = new TelnetDecoder();
        byte[] buffer = [0x61, 0xFF, 0xFF, 0x62, 0xFF, 0xFA, 0xE8, 0x51, 0xFF, 0xF0];
        var source = buffer.AsSpan();
        Assert.True(decoder.TryRead(ref source, out var token));
        Assert.True(token.Payload.Overlaps(buffer, out var offset));
        Assert.Equal(0, offset);
        Assert.True(decoder.TryRead(ref source, out token));
        Assert.True(token.Payload.Overlaps(buffer, out _));
    }
}
