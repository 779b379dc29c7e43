using System.Text;
using Portside.Concentrator.Clients;
using Xunit;

namespace Portside.Concentrator.Tests.Clients;

/// <summary>Every row is fed whole, cut at every place, and byte by byte.</summary>
public sealed class EscapeScannerTests
{
    [Theory]
    [InlineData("ls\r", "ls\r")]
    [InlineData("", "")]
    [InlineData("\u001dq", "<menu><q>")]
    [InlineData("a\u001dcb", "a<menu><c>b")]
    [InlineData("\u001d\u001d", "<menu><\u001d>")]
    [InlineData("\u001d\u001d\u001dq", "<menu><\u001d><menu><q>")]
    [InlineData("~.", "<leave>")]
    [InlineData("\r~.", "\r<leave>")]
    [InlineData("\n~.", "\n<leave>")]
    [InlineData("a~.", "a~.")]
    [InlineData("\r~~.", "\r~.")]
    [InlineData("\r~x", "\r~x")]
    [InlineData("\r~\r~.", "\r~\r<leave>")]
    [InlineData("\r~\u001dq", "\r~<menu><q>")]
    [InlineData("\r\u001d~.", "\r<menu><~>.")]
    [InlineData("\u001d\r~.", "<menu><\r>~.")]
    public void What_is_meant_for_us_is_found_wherever_the_input_is_cut(string typed, string expected)
    {
        var bytes = Encoding.Latin1.GetBytes(typed);
        Assert.Equal(expected, Feed(0x1D, tilde: true, bytes));
        for (var cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(expected, Feed(0x1D, tilde: true, bytes[..cut], bytes[cut..]));
        Assert.Equal(expected, Feed(0x1D, tilde: true, [.. bytes.Select(b => new[] { b })]));
    }

    [Theory]
    [InlineData("\r~.", "\r~.")]
    [InlineData("\u001dq", "<menu><q>")]
    public void Without_the_tilde_only_the_escape_counts(string typed, string expected) =>
        Assert.Equal(expected, Feed(0x1D, tilde: false, Encoding.Latin1.GetBytes(typed)));

    [Theory]
    [InlineData("\u001dq", "\u001dq")]
    [InlineData("\r~.", "\r<leave>")]
    public void Without_an_escape_only_the_tilde_counts(string typed, string expected) =>
        Assert.Equal(expected, Feed(null, tilde: true, Encoding.Latin1.GetBytes(typed)));

    [Fact]
    public void Another_escape_takes_its_place() =>
        Assert.Equal("\u001d<menu><q>", Feed(0x01, tilde: true, Encoding.Latin1.GetBytes("\u001d\u0001q")));

    [Fact]
    public void Bytes_above_seven_bits_are_text() =>
        Assert.Equal("\u00ff\u009d", Feed(0x1D, tilde: true, [0xFF, 0x9D]));

    private static string Feed(byte? escape, bool tilde, params byte[][] parts)
    {
        var scanner = new EscapeScanner(escape, tilde);
        var seen = new StringBuilder();
        foreach (var part in parts)
        {
            ReadOnlySpan<byte> rest = part;
            while (true)
            {
                var action = scanner.Read(ref rest, out var forMachine, out var key);
                seen.Append(Encoding.Latin1.GetString(forMachine));
                if (action == EscapeAction.None)
                    break;
                seen.Append(action switch
                {
                    EscapeAction.Menu => "<menu>",
                    EscapeAction.Key => $"<{(char)key}>",
                    EscapeAction.Leave => "<leave>",
                    _ => "",
                });
            }
        }

        return seen.ToString();
    }
}
