using System.Text;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Telnet.Tests.VirtualSerialPort;

public sealed class VspUuidTests
{
    private const string Hex = "0123456789abcdeffedcba9800000000";
    private const string Wire = "01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00";

    [Theory]
    [InlineData(Hex)]
    [InlineData("0123456789ABCDEFFEDCBA9800000000")]
    public void A_UUID_is_written_as_machines_write_it(string hex)
    {
        Assert.Equal(Wire, Encoding.ASCII.GetString(VspUuid.Format(hex)));
        Assert.Equal(VspUuid.TextLength, Wire.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdeffedcba980000000")]
    [InlineData("0123456789abcdeffedcba98000000000")]
    [InlineData("01234567-89ab-cdef-fedc-ba9800000000")]
    [InlineData("0123456789abcdeffedcba980000000g")]
    public void Only_32_hex_digits_are_written(string hex) => Assert.Throws<FormatException>(() => VspUuid.Format(hex));

    [Theory]
    [InlineData(Wire)]
    [InlineData(Hex)]
    [InlineData("01234567-89AB-CDEF-FEDC-BA9800000000")]
    [InlineData("{01234567-89ab-cdef-fedc-ba9800000000}")]
    [InlineData("0123456789abcdef-fedcba9800000000")]
    [InlineData("01:23:45:67:89:ab:cd:ef:fe:dc:ba:98:00:00:00:00")]
    [InlineData(" 01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00\0")]
    public void A_UUID_is_read_in_any_spelling(string text)
    {
        Assert.True(VspUuid.TryParse(Encoding.UTF8.GetBytes(text), out var hex));
        Assert.Equal(Hex, hex);
    }

    [Theory]
    [InlineData("")]
    [InlineData("----")]
    [InlineData("0123456789abcdeffedcba980000000")]
    [InlineData("0123456789abcdeffedcba98000000000")]
    [InlineData("0123456789abcdeffedcba980000000g")]
    [InlineData("x0123456789abcdeffedcba9800000000")]
    [InlineData("0123456789abcdeffedcba98٠0000000")]
    [InlineData("é0123456789abcdeffedcba9800000000")]
    public void Anything_else_is_no_UUID(string text)
    {
        Assert.False(VspUuid.TryParse(Encoding.UTF8.GetBytes(text), out var hex));
        Assert.Equal("", hex);
    }
}
