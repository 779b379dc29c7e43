using Portside.Telnet.Terminal;
using Portside.Testing;

namespace Portside.Telnet.Tests.Terminal;

public sealed class NvtInputTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\"ls\" 0D 00", "\"ls\" 0D")]
    [InlineData("\"ls\" 0D 0A", "\"ls\" 0D")]
    [InlineData("\"ls\" 0D", "\"ls\" 0D")]
    [InlineData("0A 00 0A", "0A 00 0A")]
    [InlineData("0D 0D 0D", "0D 0D 0D")]
    [InlineData("0D 00 0D 0A 0D 0D 00", "0D 0D 0D 0D")]
    [InlineData("0D 00 00 0D 0A 0A", "0D 00 0D 0A")]
    [InlineData("0D 41 00 0A", "0D 41 00 0A")]
    public void The_Return_key_is_CR_alone_wherever_it_is_cut(string typed, string line)
    {
        var stream = HexScript.Bytes(typed);
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var filter = new NvtInput();
            byte[] first = [.. stream[..cut]];
            byte[] second = [.. stream[cut..]];
            byte[] read = [.. filter.Filter(first), .. filter.Filter(second)];
            Assert.Equal(HexScript.Bytes(line), read);
        }

        var byteByByte = new NvtInput();
        var got = new List<byte>();
        foreach (var b in stream)
            got.AddRange(byteByByte.Filter([b]));
        Assert.Equal(HexScript.Bytes(line), got);
    }

    [Theory]
    [InlineData("00", "")]
    [InlineData("0A 41", "41")]
    [InlineData("00 41 0D 00 42", "41 0D 42")]
    [InlineData("41 42", "41 42")]
    public void What_is_left_is_the_start_of_what_was_given_even_behind_a_CR_of_the_call_before(string typed, string line)
    {
        var filter = new NvtInput();
        filter.Filter([0x0D]);
        var data = HexScript.Bytes(typed);
        var left = filter.Filter(data);
        Assert.True(left == data.AsSpan(0, left.Length));
        Assert.Equal(HexScript.Bytes(line), data[..left.Length]);
    }

    [Fact]
    public void An_empty_read_does_not_make_it_forget_a_CR()
    {
        var filter = new NvtInput();
        filter.Filter([0x0D]);
        filter.Filter([]);
        Assert.True(filter.Filter([0x00]).IsEmpty);
    }
}
