using System.Buffers;
using CsCheck;
using Portside.Testing;

namespace Portside.Telnet.Tests;

public sealed class TelnetRoundTripTests
{
    private static readonly Gen<byte> Bytes = Gen.Frequency((3, Gen.Byte), (1, Gen.Const((byte)0xFF)), (1, Gen.Const((byte)0xF0)));

    private static readonly Gen<Item> Items = Gen.OneOf(
        Bytes.Array[1, 200].Select(bytes => new Item($"data {HexScript.Format(bytes)}", w => TelnetEncoder.WriteData(w, bytes))),
        Gen.Byte[0xF1, 0xF9].Select(b => new Item($"command {b:X2}", w => TelnetEncoder.WriteCommand(w, b))),
        Gen.Select(Gen.Int[0, 3], Bytes, (verb, option) => new Item(
            $"{new[] { "WILL", "WONT", "DO", "DONT" }[verb]} {option:X2}",
            w => TelnetEncoder.WriteNegotiation(w, (byte)(TelnetCommand.Will + verb), option))),
        Gen.Select(Bytes, Bytes.Array[0, 100], (option, payload) => new Item(
            $"SB {option:X2} {HexScript.Format(payload)}".TrimEnd(),
            w => TelnetEncoder.WriteSubnegotiation(w, option, payload))));

    [Fact]
    public void What_is_encoded_is_decoded_in_any_cuts() =>
        Gen.Select(Items.Array[0, 20], Gen.Int[0, 100_000].Array[0, 12]).Sample((items, at) =>
        {
            var writer = new ArrayBufferWriter<byte>();
            var expected = new List<string>();
            foreach (var item in items)
            {
                item.Write(writer);
                if (item.Line.StartsWith("data", StringComparison.Ordinal)
                    && expected is [.., var last] && last.StartsWith("data", StringComparison.Ordinal))
                    expected[^1] = last + item.Line["data".Length..];
                else
                    expected.Add(item.Line);
            }

            var stream = writer.WrittenSpan;
            var length = stream.Length;
            int[] cuts = [.. at.Select(cut => cut % (length + 1)).Order()];
            Assert.Equal(expected, Tokens.Of(stream, cuts));
        });

    [Fact]
    public void Data_is_encoded_alike_however_little_room_the_writer_gives() =>
        Bytes.Array[0, 100].Sample(data =>
        {
            var roomy = new ArrayBufferWriter<byte>();
            var tight = new TightWriter();
            TelnetEncoder.WriteData(roomy, data);
            TelnetEncoder.WriteData(tight, data);
            Assert.Equal(roomy.WrittenSpan.ToArray(), tight.Written);
        });

    [Fact]
    public void Data_is_escaped_piece_by_piece_as_in_one_whatever_room_a_piece_has() =>
        Gen.Select(Gen.Frequency((1, Gen.Const(1)), (1, Gen.Int[2, 300])), Gen.Int[1, 100], Gen.Int[2, 80])
            .SelectMany((every, length, room) => Gen.Select(
                Gen.Int[0, every].Select(n => n == 0 ? (byte)0xFF : (byte)n).Array[3 * length],
                Gen.Const(room)))
            .Sample((data, room) =>
            {
                byte[] expected = [.. data.SelectMany(b => b == 0xFF ? new byte[] { b, b } : [b])];
                var written = new List<byte>();
                for (var rest = data.AsSpan(); !rest.IsEmpty;)
                {
                    var destination = new byte[room];
                    TelnetEncoder.Escape(rest, destination, out var consumed, out var count);
                    Assert.True(consumed > 0);
                    written.AddRange(destination.AsSpan(0, count));
                    rest = rest[consumed..];
                }

                Assert.Equal(expected, written);
            });

    private sealed record Item(string Line, Action<IBufferWriter<byte>> Write)
    {
        public override string ToString() => Line;
    }

    /// <summary>Gives exactly as many bytes as asked for, and at least one.</summary>
    private sealed class TightWriter : IBufferWriter<byte>
    {
        private byte[] _buffer = [];

        public List<byte> Written { get; } = [];

        public void Advance(int count) => Written.AddRange(_buffer.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer = new byte[Math.Max(1, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
