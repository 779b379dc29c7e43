using System.Net;
using Portside.Configuration.Syntax;

namespace Portside.Tests.Configuration.Syntax;

public sealed class TelnetRangeSyntaxTests
{
    [Theory]
    [InlineData("127.0.0.1:50000-59999", "127.0.0.1", 50_000, 59_999)]
    [InlineData("[::1]:1-65535", "::1", 1, 65_535)]
    [InlineData("localhost:50000-50000", "127.0.0.1", 50_000, 50_000)]
    public void A_range_is_read(string text, string address, int first, int last)
    {
        Assert.Null(TelnetRangeSyntax.Instance.Read(text, out var value));
        Assert.Equal(new TelnetRange(IPAddress.Parse(address), first, last), value);
    }

    [Fact]
    public void Off_is_no_address()
    {
        Assert.Null(TelnetRangeSyntax.Instance.Read("off", out var value));
        Assert.Null(value.Address);
        Assert.Equal("off", TelnetRangeSyntax.Instance.Format(value));
    }

    [Theory]
    [InlineData("127.0.0.1:50000", "'127.0.0.1:50000' has no range; write 127.0.0.1:50000-65535")]
    [InlineData("127.0.0.1:59999-50000", "'59999-50000' runs backwards; write 50000-59999")]
    [InlineData("127.0.0.1:0-10", "'0-10' is not a range of ports; expected FIRST-LAST with 1 to 65535")]
    [InlineData("127.0.0.1:1-70000", "'1-70000' is not a range of ports; expected FIRST-LAST with 1 to 65535")]
    [InlineData("host-1:50000-50009", "'host-1' is not an IP address; names are not looked up here")]
    [InlineData("nowhere", "'nowhere' is not an address with a range of ports such as 127.0.0.1:50000-59999, or off")]
    public void What_is_no_range_is_refused_with_a_remedy(string text, string complaint) =>
        Assert.Equal(complaint, TelnetRangeSyntax.Instance.Read(text, out _));

    [Theory]
    [InlineData("127.0.0.1:50000-59999")]
    [InlineData("[::1]:50000-59999")]
    public void A_range_is_written_as_it_is_read(string text)
    {
        Assert.Null(TelnetRangeSyntax.Instance.Read(text, out var value));
        Assert.Equal(text, TelnetRangeSyntax.Instance.Format(value));
    }
}
