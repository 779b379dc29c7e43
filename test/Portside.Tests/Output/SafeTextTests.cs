using Portside.Output;

namespace Portside.Tests.Output;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("web01", "web01")]
    [InlineData("Büro-Ümlaut 日本 🙂", "Büro-Ümlaut 日本 🙂")]
    [InlineData("a\u001b[2Jb", @"a\x1b[2Jb")]
    [InlineData("a\r\nb\tc", @"a\x0d\x0ab\x09c")]
    [InlineData("a\u009bb\u007f", @"a\x9bb\x7f")]
    [InlineData("a\u202eb\u2066\u200b", @"a\u202eb\u2066\u200b")]
    [InlineData("a\u2028b", @"a\u2028b")]
    public void What_acts_on_a_terminal_is_written_out(string? text, string expected) => Assert.Equal(expected, SafeText.Of(text));

    [Fact]
    public void Half_of_a_character_is_written_out() => Assert.Equal(@"half \ufffd of one", SafeText.Of("half " + (char)0xD800 + " of one"));
}
