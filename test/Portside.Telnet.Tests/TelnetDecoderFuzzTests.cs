namespace Portside.Telnet.Tests;

public sealed class TelnetDecoderFuzzTests
{
    private const int Limit = 40;

    /// <summary>Bytes that mean something to the decoder, so that random streams are full of commands.</summary>
    private static readonly byte[] Spicy = [0xFF, 0xFF, 0xFF, 0xFF, 0xFA, 0xFA, 0xF0, 0xF0, 0xFB, 0xFE, 0xF1, 0x00, 0xE8];

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    [InlineData(20_000)]
    [InlineData(30_000)]
    public void Any_bytes_in_any_cuts_end_in_the_tokens_the_grammar_gives_or_in_a_protocol_error(int firstSeed)
    {
        for (var seed = firstSeed; seed < firstSeed + 10_000; seed++)
        {
            var random = new Random(seed);
            var stream = new byte[random.Next(0, seed % 10 == 0 ? 600 : 120)];
            random.NextBytes(stream);
            var spice = random.Next(0, 100);
            foreach (ref var b in stream.AsSpan())
            {
                if (random.Next(100) < spice)
                    b = Spicy[random.Next(Spicy.Length)];
            }

            try
            {
                Check(stream, random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"Seed {seed}: {Testing.HexScript.Format(stream)}", e);
            }
        }
    }

    private static void Check(byte[] stream, Random random)
    {
        var expected = GrammarDecoder.Decode(stream, Limit, out var tooLong, out var inside);
        var decoder = new TelnetDecoder(Limit);
        var lines = new List<string>();
        var thrown = false;
        for (var at = 0; at < stream.Length && !thrown;)
        {
            var length = random.Next(1, random.Next(2) == 0 ? 4 : stream.Length - at + 1);
            length = Math.Min(length, stream.Length - at);
            try
            {
                Tokens.Read(decoder, stream.AsSpan(at, length), lines);
            }
            catch (TelnetProtocolException)
            {
                thrown = true;
            }

            at += length;
        }

        Assert.Equal(tooLong, thrown);
        Assert.Equal(expected, lines);
        if (!thrown)
            Assert.Equal(inside, decoder.IsInsideCommand);
    }
}
