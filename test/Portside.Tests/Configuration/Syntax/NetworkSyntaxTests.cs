using System.Net;
using Portside.Configuration.Syntax;

namespace Portside.Tests.Configuration.Syntax;

public sealed class NetworkSyntaxTests
{
    [Theory]
    [InlineData("10.1.0.0/16", "10.1.0.0/16")]
    [InlineData(" 0.0.0.0/0 ", "0.0.0.0/0")]
    [InlineData("::/0", "::/0")]
    [InlineData("fd00::/8", "fd00::/8")]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    public void A_network_is_read(string text, string expected)
    {
        Assert.Null(NetworkSyntax.Instance.Read(text, out var value));
        Assert.Equal(IPNetwork.Parse(expected), value);
        Assert.Equal(expected, NetworkSyntax.Instance.Format(value));
    }

    [Theory]
    [InlineData("10.1.2.3/16", "'10.1.2.3/16' names an address and a network; write 10.1.0.0/16 for the network or 10.1.2.3 for the address")]
    [InlineData("10.1.0.0/33", "'33' is not the length of a prefix; expected 0 to 32")]
    [InlineData("fd00::/-1", "'-1' is not the length of a prefix; expected 0 to 128")]
    [InlineData("10.1.0.0/255.255.0.0", "'255.255.0.0' is not the length of a prefix; expected 0 to 32")]
    [InlineData("10.1/16", "'10.1/16' is not a network such as 10.1.0.0/16 or fd00::/8, or one address")]
    [InlineData("esx01", "'esx01' is not a network such as 10.1.0.0/16 or fd00::/8, or one address")]
    [InlineData("", "'' is not a network such as 10.1.0.0/16 or fd00::/8, or one address")]
    public void What_is_no_network_is_refused_with_a_remedy(string text, string complaint) =>
        Assert.Equal(complaint, NetworkSyntax.Instance.Read(text, out _));
}
