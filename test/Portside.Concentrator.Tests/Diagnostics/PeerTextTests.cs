using System.Text;
using Portside.Concentrator.Diagnostics;
using Xunit;

namespace Portside.Concentrator.Tests.Diagnostics;

public sealed class PeerTextTests
{
    [Theory]
    [InlineData("web-01", "web-01")]
    [InlineData("Büro 大 🖥", "Büro 大 🖥")]
    [InlineData("a\0b\u001b[2Jc\r\nd\u007f\u0085", "a\uFFFDb\uFFFD[2Jc\uFFFD\uFFFDd\uFFFD\uFFFD")]
    [InlineData("\u202eevil\u2066\u200f\u061c", "\uFFFDevil\uFFFD\uFFFD\uFFFD")]
    [InlineData("zero\u200bwidth\ufeff\u00ad", "zero\uFFFDwidth\uFFFD\uFFFD")]
    [InlineData("line\u2028para\u2029", "line\uFFFDpara\uFFFD")]
    [InlineData("\ue000\U000f0000\U000e0041", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("\u3164\uffa0\u115f\u1160\u2800\u034f\u180e", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")]
    [InlineData(" kept as said ", " kept as said ")]
    [InlineData("", "")]
    public void Characters_that_act_are_replaced_and_others_kept(string text, string clean)
    {
        Assert.Equal(clean, PeerText.Clean(text));
        Assert.Equal(clean, PeerText.Read(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, 0x28 }, "\uFFFD(")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x41 }, "\uFFFD\uFFFDA")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "\uFFFD\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xC0, 0xAF }, "\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xE5, 0xA4 }, "\uFFFD")]
    public void What_is_not_utf8_is_replaced(byte[] bytes, string clean) => Assert.Equal(clean, PeerText.Read(bytes));

    [Theory]
    [InlineData("x", 255)]
    [InlineData("ü", 255)]
    [InlineData("大", 255)]
    [InlineData("🖥", 254)]
    [InlineData("\u001b", 255)]
    public void Text_is_cut_between_characters(string character, int length)
    {
        var text = string.Concat(Enumerable.Repeat(character, 65_536 / character.Length));
        Assert.Equal(length, PeerText.Clean(text).Length);
        var read = PeerText.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(length, read.Length);
        Assert.DoesNotContain('\uFFFD', character == "\u001b" ? "" : read);
    }

    [Theory]
    [InlineData("web-01", "web-01")]
    [InlineData("  web 01\t", "web 01\uFFFD")]
    [InlineData("\u00a0\u3000web\u2003", "web")]
    [InlineData("a\u200b", "a\uFFFD")]
    [InlineData("\u263a\ufe0f", "\u263a\ufe0f")]
    [InlineData("", null)]
    [InlineData("  \u3000\u00a0", null)]
    [InlineData("\u200b\u200d\ufeff", null)]
    [InlineData("\u3164\u3164", null)]
    [InlineData("\u2800", null)]
    [InlineData("\u0301\u0301", null)]
    [InlineData("\u001b\u0007", null)]
    public void A_name_that_cannot_be_seen_is_none(string text, string? name)
    {
        Assert.Equal(name, PeerText.CleanName(text));
        Assert.Equal(name, PeerText.ReadName(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void A_lone_surrogate_is_replaced() => Assert.Equal("a\uFFFDb", PeerText.Clean("a\ud800b"));
}
