using Portside.Host.Guests;

namespace Portside.Host.Tests.Guests;

public class NumberedStreamTests
{
    [Fact]
    public void A_record_is_sixteen_hex_digits_and_a_line_end()
    {
        var record = new byte[NumberedStream.RecordLength()];
        NumberedStream.Write(0xABCDEF, record);

        Assert.Equal("0000000000abcdef\n"u8.ToArray(), record);
        Assert.True(NumberedStream.TryRead(record, out var number));
        Assert.Equal(0xABCDEFu, number);
    }

    [Fact]
    public void Padding_holds_every_byte_but_the_line_end()
    {
        var stream = Stream(padding: 64, records: 256);
        var values = stream.ToHashSet();

        Assert.Equal(256, values.Count);
        Assert.Equal(256, stream.Count(b => b == '\n'));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(47)]
    public void A_whole_stream_is_clean_wherever_it_is_cut(int padding)
    {
        var stream = Stream(padding, records: 5);
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var verifier = new NumberedStreamVerifier(padding, first: 0);
            verifier.Read(stream.AsSpan(0, cut));
            verifier.Read(stream.AsSpan(cut));
            Assert.True(verifier.IsClean);
            Assert.Equal(5, verifier.Received);
            Assert.Equal(5u, verifier.Expected);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(47)]
    public void One_byte_lost_anywhere_is_one_record_lost(int padding)
    {
        var stream = Stream(padding, records: 6);
        var record = NumberedStream.RecordLength(padding);
        for (var gone = 0; gone < record * 4; gone++)
        {
            var verifier = new NumberedStreamVerifier(padding, first: 0);
            verifier.Read(stream.AsSpan(0, gone));
            verifier.Read(stream.AsSpan(gone + 1));

            // A lost line end joins two records, so both are gone.
            Assert.Equal(stream[gone] == '\n' ? 2 : 1, verifier.Lost);
            Assert.Equal(1, verifier.Garbled);
            Assert.Equal(6u, verifier.Expected);
        }
    }

    [Fact]
    public void A_record_that_comes_again_is_doubled()
    {
        var stream = Stream(padding: 0, records: 3);
        var verifier = new NumberedStreamVerifier(first: 0);
        verifier.Read(stream);
        verifier.Read(stream.AsSpan(17, 17));

        Assert.Equal(1, verifier.Duplicated);
        Assert.Equal(0, verifier.Lost);
        Assert.Equal(3u, verifier.Expected);
    }

    [Fact]
    public void Records_left_out_are_counted()
    {
        var stream = Stream(padding: 0, records: 10);
        var verifier = new NumberedStreamVerifier(first: 0);
        verifier.Read(stream.AsSpan(0, 17 * 2));
        verifier.Read(stream.AsSpan(17 * 7));

        Assert.Equal(5, verifier.Lost);
        Assert.Equal(5, verifier.Received);
        Assert.Equal(0, verifier.Garbled);
    }

    [Fact]
    public void One_may_join_anywhere()
    {
        var stream = Stream(padding: 0, records: 10);
        for (var start = 0; start < 17 * 3; start++)
        {
            var verifier = new NumberedStreamVerifier();
            verifier.Read(stream.AsSpan(start));
            Assert.True(verifier.IsClean);
            Assert.Equal(10u, verifier.Expected);
        }
    }

    [Fact]
    public void A_stream_that_must_start_at_zero_and_does_not_has_lost_its_start()
    {
        var verifier = new NumberedStreamVerifier(first: 0);
        verifier.Read(Stream(padding: 0, records: 10).AsSpan(17 * 4));

        Assert.Equal(4, verifier.Lost);
    }

    private static byte[] Stream(int padding, int records)
    {
        var stream = new byte[NumberedStream.RecordLength(padding) * records];
        var writer = new NumberedStreamWriter(padding);
        Assert.Equal(stream.Length, writer.Write(stream));
        Assert.Equal((ulong)records, writer.Next);
        return stream;
    }
}
