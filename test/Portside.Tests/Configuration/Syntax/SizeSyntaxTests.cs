using Portside.Configuration.Syntax;

namespace Portside.Tests.Configuration.Syntax;

public sealed class SizeSyntaxTests
{
    [Theory]
    [InlineData("65536", 65_536)]
    [InlineData("64KiB", 65_536)]
    [InlineData("64kib", 65_536)]
    [InlineData("64K", 65_536)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("8MiB", 8_388_608)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("1TiB", 1_099_511_627_776)]
    [InlineData("64kB", 64_000)]
    [InlineData("1_000_000", 1_000_000)]
    [InlineData("0.5MiB", 524_288)]
    [InlineData("12B", 12)]
    public void A_size_is_read(string text, long bytes)
    {
        Assert.Null(SizeSyntax.Any.Read(text, out var value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("KiB")]
    [InlineData("64KiBs")]
    [InlineData("-1")]
    [InlineData("a lot")]
    public void What_is_no_size_is_refused_with_an_example(string text) =>
        Assert.Contains("is not a size such as 65536, 64KiB or 8MiB", SizeSyntax.Any.Read(text, out _), StringComparison.Ordinal);

    [Theory]
    [InlineData("1023")]
    [InlineData("2MiB")]
    [InlineData("9999999999TiB")]
    public void A_size_out_of_range_is_refused_with_the_range(string text) =>
        Assert.Equal($"'{text}' is out of range; expected 1KiB to 1MiB", new SizeSyntax(1024, 1_048_576).Read(text, out _));

    [Theory]
    [InlineData(65_536, "64KiB")]
    [InlineData(1_048_576, "1MiB")]
    [InlineData(1000, "1000")]
    [InlineData(0, "0")]
    public void A_size_is_written_in_its_largest_whole_unit(long bytes, string text) => Assert.Equal(text, SizeSyntax.Any.Format(bytes));
}
