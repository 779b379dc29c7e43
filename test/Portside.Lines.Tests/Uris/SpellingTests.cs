using Portside.Lines.Uris;

namespace Portside.Lines.Tests.Uris;

public sealed class SpellingTests
{
    private static readonly string[] Words = ["listen", "certificate", "serviceNames", "tls"];

    [Theory]
    [InlineData("lisen", "listen")]
    [InlineData("lsiten", "listen")]
    [InlineData("LISTEN", "listen")]
    [InlineData("certifcate", "certificate")]
    [InlineData("service-names", "serviceNames")]
    [InlineData("tsl", "tls")]
    [InlineData("colour", null)]
    [InlineData("x", null)]
    public void The_nearest_word_is_what_was_meant_if_it_is_near(string word, string? expected) =>
        Assert.Equal(expected, Spelling.Nearest(word, Words));
}
