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

    [Fact]
    public void Nothing_is_copied_without_a_CR()
    {
        byte[] data = [0x41, 0x00, 0x0A];
        Assert.True(new NvtInput().Filter(data) == data.AsSpan());
    }
}
