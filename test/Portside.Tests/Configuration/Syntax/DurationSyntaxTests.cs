using Portside.Configuration.Syntax;

namespace Portside.Tests.Configuration.Syntax;

public sealed class DurationSyntaxTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData(" 10m ", 600_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5s", 1500)]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    public void A_duration_is_read(string text, double milliseconds)
    {
        Assert.Null(DurationSyntax.Any.Read(text, out var value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10x")]
    [InlineData("-5s")]
    [InlineData("1..5s")]
    [InlineData("10 m")]
    [InlineData("1e3s")]
    [InlineData("99999999999999999999s")]
    public void What_is_no_duration_is_refused_with_an_example(string text) =>
        Assert.Contains("is not a duration such as 500ms, 30s, 10m or 24h", DurationSyntax.Any.Read(text, out _), StringComparison.Ordinal);

    [Fact]
    public void A_bare_number_is_asked_for_its_unit() =>
        Assert.Equal("'30' has no unit; write 30s, 30ms, 30m or 30h", DurationSyntax.Any.Read("30", out _));

    [Theory]
    [InlineData("999ms")]
    [InlineData("61m")]
    public void A_duration_out_of_range_is_refused_with_the_range(string text) =>
        Assert.Equal(
            $"'{text}' is out of range; expected 1s to 1h",
            new DurationSyntax(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)).Read(text, out _));

    [Theory]
    [InlineData("30s")]
    [InlineData("10m")]
    [InlineData("24h")]
    [InlineData("7d")]
    [InlineData("1h30m")]
    [InlineData("500ms")]
    [InlineData("0s")]
    [InlineData("36h")]
    [InlineData("3650d")]
    public void A_duration_is_written_as_people_write_it(string text)
    {
        Assert.Null(DurationSyntax.Any.Read(text, out var value));
        Assert.Equal(text, DurationSyntax.Any.Format(value));
    }
}
