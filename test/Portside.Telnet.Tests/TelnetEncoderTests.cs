using System.Buffers;
using Portside.Testing;

namespace Portside.Telnet.Tests;

public sealed class TelnetEncoderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\"to vm \" FF", "74 6F 20 76 6D 20 FF FF")]
    [InlineData("41 00 0D FF", "41 00 0D FF FF")]
    [InlineData("FF", "FF FF")]
    [InlineData("FF FF FF", "FF FF FF FF FF FF")]
    [InlineData("FF 01 FF 02 FF", "FF FF 01 FF FF 02 FF FF")]
    [InlineData("F0 FA FE", "F0 FA FE")]
    public void Data_has_every_IAC_doubled(string data, string wire)
    {
        var output = new ArrayBufferWriter<byte>();
        TelnetEncoder.WriteData(output, HexScript.Bytes(data));
        Assert.Equal(HexScript.Bytes(wire), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Escape_stops_where_the_destination_ends_and_never_writes_half_a_doubled_IAC()
    {
        byte[] source = [0xFF, 0x01, 0x02, 0xFF, 0xFF, 0x03];
        byte[] wire = [0xFF, 0xFF, 0x01, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0x03];
        for (var room = 0; room <= wire.Length + 1; room++)
        {
            var destination = new byte[room];
            TelnetEncoder.Escape(source, destination, out var consumed, out var written);
            Assert.Equal(wire[..written], destination[..written]);
            var rest = new byte[wire.Length];
            TelnetEncoder.Escape(source.AsSpan(consumed), rest, out var restConsumed, out var restWritten);
            Assert.Equal(source.Length, consumed + restConsumed);
            byte[] all = [.. destination[..written], .. rest[..restWritten]];
            Assert.Equal(wire, all);

            // Room is wasted only where a doubled IAC no longer fits.
            Assert.True(written == room || consumed == source.Length || (written == room - 1 && source[consumed] == 0xFF));
        }
    }

    [Fact]
    public void Twice_the_length_always_suffices()
    {
        foreach (var length in new[] { 1, 2, 3, 15, 16, 17, 63, 64, 65, 1000 })
        {
            var source = new byte[length];
            source.AsSpan().Fill(0xFF);
            TelnetEncoder.Escape(source, new byte[2 * length], out var consumed, out var written);
            Assert.Equal(length, consumed);
            Assert.Equal(2 * length, written);
        }
    }

    [Fact]
    public void A_command_is_two_bytes()
    {
        var output = new ArrayBufferWriter<byte>();
        TelnetEncoder.WriteCommand(output, TelnetCommand.Break);
        Assert.Equal([0xFF, 0xF3], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_negotiation_is_three_bytes_even_of_option_255()
    {
        var output = new ArrayBufferWriter<byte>();
        TelnetEncoder.WriteNegotiation(output, TelnetCommand.Will, 0x25);
        TelnetEncoder.WriteNegotiation(output, TelnetCommand.Dont, 0xFF);
        Assert.Equal([0xFF, 0xFB, 0x25, 0xFF, 0xFE, 0xFF], output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData(0xE8, "51", "FF FA E8 51 FF F0")]
    [InlineData(0xE8, "", "FF FA E8 FF F0")]
    [InlineData(0x1F, "00 FF FF 00", "FF FA 1F 00 FF FF FF FF 00 FF F0")]
    [InlineData(0xFF, "01", "FF FA FF FF 01 FF F0")]
    public void A_subnegotiation_has_every_IAC_inside_doubled(byte option, string payload, string wire)
    {
        var output = new ArrayBufferWriter<byte>();
        TelnetEncoder.WriteSubnegotiation(output, option, HexScript.Bytes(payload));
        Assert.Equal(HexScript.Bytes(wire), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Nothing_that_is_written_allocates()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        byte[] data = [1, 2, 0xFF, 3];
        Assert.Equal(0, Allocated.By(() =>
        {
            output.ResetWrittenCount();
            TelnetEncoder.WriteData(output, data);
            TelnetEncoder.WriteCommand(output, TelnetCommand.Break);
            TelnetEncoder.WriteNegotiation(output, TelnetCommand.Do, 0);
            TelnetEncoder.WriteSubnegotiation(output, 0xE8, data);
        }));
    }
}
