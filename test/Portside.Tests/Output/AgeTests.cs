using Portside.Output;

namespace Portside.Tests.Output;

public sealed class AgeTests
{
    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0.9, "now")]
    [InlineData(1, "1s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(7199, "119m")]
    [InlineData(7200, "2h")]
    [InlineData(172_800, "2d")]
    public void An_age_is_one_short_word(double seconds, string word) => Assert.Equal(word, Age.Of(TimeSpan.FromSeconds(seconds)));
}
