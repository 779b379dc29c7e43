namespace Portside.Telnet.Tests;

public sealed class TelnetDecoderLimitTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(TelnetDecoder.DefaultMaxSubnegotiationLength)]
    public void A_subnegotiation_as_long_as_allowed_is_read_however_it_is_cut(int limit)
    {
        foreach (var content in new byte[] { 0x41, 0xFF })
        {
            var stream = Subnegotiation(limit, content);
            foreach (var cut in Cuts(stream.Length))
            {
                var decoder = new TelnetDecoder(limit);
                var source = stream[..cut].AsSpan();
                Assert.Equal(cut == stream.Length, decoder.TryRead(ref source, out var token));
                if (cut < stream.Length)
                {
                    source = stream[cut..].AsSpan();
                    Assert.True(decoder.TryRead(ref source, out token));
                }

                Assert.True(source.IsEmpty);
                Assert.Equal(TelnetTokenKind.Subnegotiation, token.Kind);
                Assert.Equal(limit, token.Payload.Length);
                Assert.Equal(-1, token.Payload.IndexOfAnyExcept(content));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(TelnetDecoder.DefaultMaxSubnegotiationLength)]
    public void A_subnegotiation_one_byte_longer_is_a_protocol_error_however_it_is_cut(int limit)
    {
        foreach (var content in new byte[] { 0x41, 0xFF })
        {
            var stream = Subnegotiation(limit + 1, content);
            foreach (var cut in Cuts(stream.Length))
            {
                var decoder = new TelnetDecoder(limit);
                var thrown = Assert.Throws<TelnetProtocolException>(() =>
                {
                    Drain(decoder, stream.AsSpan(0, cut));
                    Drain(decoder, stream.AsSpan(cut));
                });
                Assert.Contains("option 232 is longer than " + limit, thrown.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_subnegotiation_too_long_by_one_is_noticed_at_that_byte()
    {
        var decoder = new TelnetDecoder(3);
        foreach (var b in new byte[] { 0xFF, 0xFA, 0xE8, 1, 2, 3 })
            Drain(decoder, [b]);
        Assert.Throws<TelnetProtocolException>(() => Drain(decoder, [4]));
    }

    [Fact]
    public void A_gigabyte_of_subnegotiation_ends_at_the_bound()
    {
        const int Chunk = 16 * 1024;
        var decoder = new TelnetDecoder();
        Drain(decoder, [0xFF, 0xFA, 0xE8]);
        var buffer = new byte[Chunk];
        var fed = 0L;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TelnetProtocolException>(() =>
        {
            for (; fed < 1L << 30; fed += Chunk)
                Drain(decoder, buffer);
        });
        Assert.Equal(TelnetDecoder.DefaultMaxSubnegotiationLength, fed);

        // What the bound allows, the arrays it outgrew, and the exception.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * TelnetDecoder.DefaultMaxSubnegotiationLength);
    }

    [Fact]
    public void A_gigabyte_of_data_holds_no_memory()
    {
        var decoder = new TelnetDecoder();
        var buffer = new byte[1 << 20];
        Assert.Equal(0, Allocated.By(() =>
        {
            for (var fed = 0L; fed < 1L << 30; fed += buffer.Length)
                Drain(decoder, buffer);
        }));
    }

    [Fact]
    public void No_token_allocates()
    {
        var random = new Random(232);
        var stream = MixedStream(random, 4_000);
        int[] chunks = [.. Enumerable.Range(0, 10_000).Select(_ => random.Next(1, 300))];
        var decoder = new TelnetDecoder();
        var buffer = new byte[stream.Length];

        Assert.Equal(0, Allocated.By(() => Assert.True(Feed(decoder, stream, buffer, chunks) > 4_000)));
    }

    [Fact]
    public void What_a_cut_subnegotiation_rents_is_returned()
    {
        // Were one array not returned, the pool would have to make another sooner or later.
        var decoder = new TelnetDecoder();
        var stream = Subnegotiation(60_000, 0x41);
        var buffer = new byte[stream.Length];
        void Round()
        {
            stream.CopyTo(buffer, 0);
            Drain(decoder, buffer.AsSpan(0, 100));
            Drain(decoder, buffer.AsSpan(100, 40_000));
            Drain(decoder, buffer.AsSpan(40_100));
        }

        Assert.Equal(0, Allocated.By(() =>
        {
            for (var round = 0; round < 1_000; round++)
                Round();
        }));
    }

    [Fact]
    public void What_a_subnegotiation_too_long_rents_is_returned()
    {
        var buffer = new byte[50_000];

        // A decoder and an exception with its trace, but not the 64 KiB.
        Assert.InRange(Allocated.By(() =>
        {
            var decoder = new TelnetDecoder();
            Drain(decoder, [0xFF, 0xFA, 0xE8]);
            Drain(decoder, buffer);
            Assert.Throws<TelnetProtocolException>(() => Drain(decoder, buffer));
        }), 1, 32 * 1024);
    }

    [Fact]
    public void A_silent_decoder_holds_no_buffer()
    {
        var decoder = new TelnetDecoder();
        Drain(decoder, [0xFF, 0xFA, 0xE8, 0x51]);
        Assert.True(decoder.HoldsBuffer);
        Drain(decoder, [0xFF, 0xF0]);
        Assert.False(decoder.HoldsBuffer);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_below_one_byte_is_refused(int limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TelnetDecoder(limit));

    private static byte[] Subnegotiation(int length, byte content)
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        var payload = new byte[length];
        payload.AsSpan().Fill(content);
        TelnetEncoder.WriteSubnegotiation(writer, TelnetOptionCode.VirtualSerialPort, payload);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Every place to cut a short stream; the ends and a few more of a long one.</summary>
    private static IEnumerable<int> Cuts(int length) => length <= 300
        ? Enumerable.Range(0, length + 1)
        : Enumerable.Range(0, 9).Concat([length / 3, length / 2]).Concat(Enumerable.Range(length - 8, 9));

    private static int Drain(TelnetDecoder decoder, Span<byte> source)
    {
        var tokens = 0;
        while (decoder.TryRead(ref source, out _))
            tokens++;
        return tokens;
    }

    private static int Feed(TelnetDecoder decoder, byte[] stream, byte[] buffer, int[] chunks)
    {
        stream.CopyTo(buffer, 0);
        var tokens = 0;
        for (int at = 0, i = 0; at < buffer.Length; i++)
        {
            var chunk = Math.Min(chunks[i % chunks.Length], buffer.Length - at);
            tokens += Drain(decoder, buffer.AsSpan(at, chunk));
            at += chunk;
        }

        return tokens;
    }

    private static byte[] MixedStream(Random random, int tokens)
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        for (var i = 0; i < tokens; i++)
        {
            var bytes = new byte[random.Next(1, i % 100 == 0 ? 5_000 : 200)];
            random.NextBytes(bytes);
            switch (i % 5)
            {
                case 0:
                    TelnetEncoder.WriteData(writer, bytes);
                    break;
                case 1:
                    TelnetEncoder.WriteSubnegotiation(writer, (byte)random.Next(256), bytes);
                    break;
                case 2:
                    TelnetEncoder.WriteNegotiation(writer, TelnetCommand.Will, (byte)random.Next(256));
                    break;
                case 3:
                    TelnetEncoder.WriteCommand(writer, TelnetCommand.Break);
                    break;
                default:
                    bytes.AsSpan().Fill(0xFF);
                    TelnetEncoder.WriteData(writer, bytes);
                    break;
            }
        }

        return writer.WrittenSpan.ToArray();
    }
}
