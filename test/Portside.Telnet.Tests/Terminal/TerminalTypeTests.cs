using System.Buffers;
using Portside.Telnet.Terminal;
using Portside.Testing;

namespace Portside.Telnet.Tests.Terminal;

public sealed class TerminalTypeTests
{
    [Fact]
    public void SEND_asks()
    {
        var output = new ArrayBufferWriter<byte>();
        TerminalType.WriteSend(output);
        Assert.Equal("FF FA 18 01 FF F0", HexScript.Format(output.WrittenSpan));
        Assert.True(TerminalType.IsSend([1]));
        Assert.False(TerminalType.IsSend([]));
        Assert.False(TerminalType.IsSend([0]));
        Assert.False(TerminalType.IsSend([1, 1]));
    }

    [Fact]
    public void IS_answers()
    {
        var output = new ArrayBufferWriter<byte>();
        TerminalType.WriteIs(output, "xterm-256color");
        Assert.Equal(
            HexScript.Bytes("FF FA 18 00 \"xterm-256color\" FF F0"),
            output.WrittenSpan.ToArray());
        Assert.True(TerminalType.TryRead(HexScript.Bytes("00 \"xterm-256color\""), out var name));
        Assert.Equal("xterm-256color", name);
    }

    [Theory]
    [InlineData("00 \"x\"", "x")]
    [InlineData("00 \"0123456789012345678901234567890123456789\"", "0123456789012345678901234567890123456789")]
    [InlineData("00 1B \"[2Jvt 100\" 0D 0A 00 7F", "[2Jvt100")]
    [InlineData("00 \"vt\" FF C3 A9 \"52\"", "vt??52")]
    public void A_name_is_cleaned_of_what_a_terminal_would_act_on(string payload, string expected)
    {
        Assert.True(TerminalType.TryRead(HexScript.Bytes(payload), out var name));
        Assert.Equal(expected.Replace("?", "", StringComparison.Ordinal), name.Replace("?", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("00 20 0D")]
    [InlineData("01")]
    [InlineData("01 \"x\"")]
    [InlineData("00 \"01234567890123456789012345678901234567890\"")]
    public void Anything_else_is_no_name(string payload) =>
        Assert.False(TerminalType.TryRead(HexScript.Bytes(payload), out _));
}
