using CsCheck;
using Portside.Telnet.Terminal;
using Portside.Testing;

namespace Portside.Telnet.Tests.Terminal;

public sealed class NvtOutputTests
{
    private static readonly Gen<byte[]> Data = Gen.Frequency(
        (4, Gen.Byte),
        (3, Gen.Const((byte)'\r')),
        (2, Gen.Const((byte)'\n')),
        (1, Gen.Const((byte)0)),
        (2, Gen.Const((byte)0xFF))).Array[0, 200];

    [Theory]
    [InlineData("", "")]
    [InlineData("\"login:\"", "\"login:\"")]
    [InlineData("0D 0A", "0D 0A")]
    [InlineData("0D 41", "0D 00 41")]
    [InlineData("0D 0D 0A", "0D 00 0D 0A")]
    [InlineData("0D 00 41", "0D 00 00 41")]
    [InlineData("0D FF", "0D 00 FF FF")]
    [InlineData("FF 0D 0A FF", "FF FF 0D 0A FF FF")]
    [InlineData("0A 00", "0A 00")]
    public void A_lone_CR_is_completed_wherever_the_data_is_cut(string data, string wire)
    {
        var source = HexScript.Bytes(data);
        for (var cut = 0; cut <= source.Length; cut++)
        {
            var filter = new NvtOutput();
            var first = Escape(ref filter, source.AsSpan(0, cut), 100);
            Assert.Equal(HexScript.Bytes(wire), first.Concat(Escape(ref filter, source.AsSpan(cut), 100)));
        }
    }

    [Fact]
    public void A_CR_at_the_end_is_not_held_back()
    {
        var filter = new NvtOutput();
        Assert.Equal([0x41, 0x0D], Escape(ref filter, [0x41, 0x0D], 100));
        Assert.Equal([0x00, 0x42], Escape(ref filter, [0x42], 100));
    }

    [Fact]
    public void Any_data_is_written_as_RFC_854_says_however_it_is_cut_and_however_little_room_there_is() =>
        Gen.Select(Data, Data, Gen.Int[3, 20]).Sample((first, second, room) =>
        {
            var filter = new NvtOutput();
            byte[] written = [.. Escape(ref filter, first, room), .. Escape(ref filter, second, room)];
            Assert.Equal(Expected([.. first, .. second]), written);
        });

    [Fact]
    public void Twice_the_length_and_one_more_always_suffice() =>
        Gen.Select(Gen.Bool, Data).Sample((afterCr, data) =>
        {
            var filter = new NvtOutput();
            if (afterCr)
                Escape(ref filter, [0x0D], 100);
            filter.Escape(data, new byte[(2 * data.Length) + 1], out var consumed, out _);
            Assert.Equal(data.Length, consumed);
        });

    [Fact]
    public void What_is_written_is_read_back_but_for_the_LF_that_Return_does_not_carry() =>
        Data.Sample(data =>
        {
            var filter = new NvtOutput();
            var wire = Escape(ref filter, data, 1000);
            var input = new NvtInput();
            var read = new List<byte>();
            var decoder = new TelnetDecoder();
            var source = wire.ToArray().AsSpan();
            while (decoder.TryRead(ref source, out var token))
            {
                Assert.Equal(TelnetTokenKind.Data, token.Kind);
                read.AddRange(input.Filter(token.Payload));
            }

            var expected = data.Where((b, i) => b != '\n' || i == 0 || data[i - 1] != '\r');
            Assert.Equal(expected, read);
        });

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[] data = [0x41, 0x0D, 0xFF, 0x0D, 0x0A, 0x0D];
        var destination = new byte[100];
        Assert.Equal(0, Allocated.By(() => default(NvtOutput).Escape(data, destination, out _, out _)));
    }

    private static List<byte> Escape(ref NvtOutput filter, ReadOnlySpan<byte> data, int room)
    {
        var all = new List<byte>();
        var destination = new byte[room];
        while (!data.IsEmpty)
        {
            filter.Escape(data, destination, out var consumed, out var written);
            Assert.True(consumed > 0);
            all.AddRange(destination.AsSpan(0, written));
            data = data[consumed..];
        }

        return all;
    }

    private static List<byte> Expected(byte[] data)
    {
        var wire = new List<byte>();
        for (var i = 0; i < data.Length; i++)
        {
            if (i > 0 && data[i - 1] == '\r' && data[i] != '\n')
                wire.Add(0);
            wire.Add(data[i]);
            if (data[i] == 0xFF)
                wire.Add(0xFF);
        }

        return wire;
    }
}
