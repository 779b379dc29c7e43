using Portside.Configuration.Syntax;

namespace Portside.Tests.Configuration.Syntax;

public sealed class KeySyntaxTests
{
    [Theory]
    [InlineData("^]", 0x1D)]
    [InlineData("^5", 0x1D)]
    [InlineData("ctrl-]", 0x1D)]
    [InlineData("Ctrl+A", 0x01)]
    [InlineData("^a", 0x01)]
    [InlineData("^_", 0x1F)]
    [InlineData("^?", 0x7F)]
    [InlineData("0x1D", 0x1D)]
    [InlineData("&", 0x26)]
    [InlineData("^", 0x5E)]
    public void A_key_is_read(string text, byte expected)
    {
        Assert.Null(KeySyntax.Instance.Read(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("^é")]
    [InlineData("^@")]
    [InlineData("ab")]
    [InlineData("0x100")]
    [InlineData("\u001d")]
    public void What_is_no_key_is_refused(string text) =>
        Assert.Contains("is not a key such as ^], ctrl-a, & or 0x1D", KeySyntax.Instance.Read(text, out _), StringComparison.Ordinal);

    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    public void A_letter_is_refused_because_it_is_typed_all_the_time(string text) =>
        Assert.Contains("is typed all the time", KeySyntax.Instance.Read(text, out _), StringComparison.Ordinal);

    [Fact]
    public void Every_key_is_read_as_it_is_written()
    {
        for (var value = 1; value < 256; value++)
        {
            if (char.IsAsciiLetterOrDigit((char)value))
                continue;
            Assert.Null(KeySyntax.Instance.Read(KeySyntax.Instance.Format((byte)value), out var read));
            Assert.Equal(value, read);
        }
    }
}
