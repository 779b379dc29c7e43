using System.Buffers;
using Portside.Telnet.Authentication;
using Portside.Testing;

namespace Portside.Telnet.Tests.Authentication;

public sealed class AuthenticationMessageTests
{
    public static TheoryData<string, Action<IBufferWriter<byte>>> Messages => new()
    {
        { "FF FA 25 01 07 00 FF F0", AuthenticationMessage.WriteSend },
        { "FF FA 25 00 07 00 01 FF F0", output => AuthenticationMessage.WriteStart(output, modifier: 0) },
        { "FF FA 25 00 07 FF FF 01 FF F0", output => AuthenticationMessage.WriteStart(output, modifier: 0xFF) },
        { "FF FA 25 00 00 00 FF F0", AuthenticationMessage.WriteDecline },
        { "FF FA 25 02 07 00 02 FF F0", output => AuthenticationMessage.WriteReply(output, modifier: 0, accept: true) },
        { "FF FA 25 02 07 02 02 FF F0", output => AuthenticationMessage.WriteReply(output, modifier: 2, accept: true) },
        { "FF FA 25 02 07 00 03 FF F0", output => AuthenticationMessage.WriteReply(output, modifier: 0, accept: false) },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_written(string wire, Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        Assert.Equal(wire, HexScript.Format(output.WrittenSpan));
    }

    [Theory]
    [TelnetBytes("FF FB 25 FF FA 25 00 07 00 01 FF F0 16", "WILL 25", "SB 25 00 07 00 01", "data 16")]
    [TelnetBytes("FF FD 25 FF FA 25 01 07 00 FF F0 FF FA 25 02 07 00 02 FF F0", "DO 25", "SB 25 01 07 00", "SB 25 02 07 00 02")]
    [TelnetBytes("FF FB 25 FF FA 25 00 00 00 FF F0", "WILL 25", "SB 25 00 00 00")]
    public void The_way_to_TLS_is_read(byte[] stream, string[] tokens, Feeding feeding) =>
        Assert.Equal(tokens, Tokens.Of(stream, feeding));

    [Theory]
    [InlineData("00 07 00 01", 0)]
    [InlineData("00 07 16 01", 0x16)]
    [InlineData("00 07 FF 01", 0xFF)]
    [InlineData("00 07 00 01 41", 0)]
    public void START_gives_the_modifier_to_repeat(string payload, byte modifier)
    {
        Assert.True(AuthenticationMessage.IsStart(HexScript.Bytes(payload), out var read));
        Assert.Equal(modifier, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("00 00 00")]
    [InlineData("00 07 00")]
    [InlineData("00 07 00 02")]
    [InlineData("00 02 00 01")]
    [InlineData("01 07 00 01")]
    [InlineData("02 07 00 01")]
    public void Anything_else_is_no_START(string payload) =>
        Assert.False(AuthenticationMessage.IsStart(HexScript.Bytes(payload), out _));

    [Theory]
    [InlineData("01 07 00", 0)]
    [InlineData("01 07 02", 2)]
    [InlineData("01 07 02 07 00", 0)]
    [InlineData("01 07 02 07 03", 2)]
    [InlineData("01 02 06 07 01 05 00", 1)]
    [InlineData("01 02 06 07 01 07", 1)]
    public void SSL_is_picked_with_modifier_0_if_offered_else_the_first(string payload, byte modifier)
    {
        Assert.True(AuthenticationMessage.OffersSsl(HexScript.Bytes(payload), out var picked));
        Assert.Equal(modifier, picked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("01 07")]
    [InlineData("01 02 00 05 07")]
    [InlineData("00 07 00 01")]
    [InlineData("02 07 00 02")]
    public void Without_a_pair_of_type_SSL_nothing_is_picked(string payload) =>
        Assert.False(AuthenticationMessage.OffersSsl(HexScript.Bytes(payload), out _));

    [Theory]
    [InlineData("02 07 00 02", true, true)]
    [InlineData("02 07 02 02", true, true)]
    [InlineData("02 07 00 03", true, false)]
    [InlineData("02 07 00 01", false, false)]
    [InlineData("02 02 00 02", false, false)]
    [InlineData("02 07 00", false, false)]
    [InlineData("00 07 00 02", false, false)]
    [InlineData("", false, false)]
    public void A_reply_accepts_or_rejects(string payload, bool isReply, bool accepted)
    {
        Assert.Equal(isReply, AuthenticationMessage.IsReply(HexScript.Bytes(payload), out var read));
        Assert.Equal(accepted, read);
    }
}
