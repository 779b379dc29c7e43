using System.Buffers;
using Portside.Telnet.Terminal;
using Portside.Testing;

namespace Portside.Telnet.Tests.Terminal;

public sealed class WindowSizeTests
{
    [Theory]
    [InlineData(80, 24, "FF FA 1F 00 50 00 18 FF F0")]
    [InlineData(0, 0, "FF FA 1F 00 00 00 00 FF F0")]
    [InlineData(255, 24, "FF FA 1F 00 FF FF 00 18 FF F0")]
    [InlineData(65280, 255, "FF FA 1F FF FF 00 00 FF FF FF F0")]
    [InlineData(65535, 65535, "FF FA 1F FF FF FF FF FF FF FF FF FF F0")]
    public void A_size_is_written_and_read_back(ushort columns, ushort rows, string wire)
    {
        var output = new ArrayBufferWriter<byte>();
        new WindowSize(columns, rows).Write(output);
        Assert.Equal(wire, HexScript.Format(output.WrittenSpan));

        foreach (var feeding in Enum.GetValues<Feeding>())
            Assert.Equal($"SB 1F {columns >> 8:X2} {columns & 0xFF:X2} {rows >> 8:X2} {rows & 0xFF:X2}", Assert.Single(Tokens.Of(output.WrittenSpan, feeding)));

        var source = output.WrittenSpan.ToArray().AsSpan();
        Assert.True(new TelnetDecoder().TryRead(ref source, out var token));
        Assert.True(WindowSize.TryRead(token.Payload, out var size));
        Assert.Equal(new WindowSize(columns, rows), size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00 50 00")]
    [InlineData("00 50 00 18 00")]
    public void Only_four_bytes_are_a_size(string payload) =>
        Assert.False(WindowSize.TryRead(HexScript.Bytes(payload), out _));
}
