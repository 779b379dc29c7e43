using System.Net;
using Portside.Configuration.Syntax;

namespace Portside.Tests.Configuration.Syntax;

public sealed class EndpointSyntaxTests
{
    [Theory]
    [InlineData("0.0.0.0:13370", "0.0.0.0:13370")]
    [InlineData("[::]:13370", "[::]:13370")]
    [InlineData("[fe80::1]:1", "[fe80::1]:1")]
    [InlineData("localhost:13371", "127.0.0.1:13371")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    public void An_endpoint_is_read(string text, string expected)
    {
        Assert.Null(EndpointSyntax.Instance.Read(text, out var value));
        Assert.Equal(IPEndPoint.Parse(expected), value);
        Assert.Equal(expected, EndpointSyntax.Instance.Format(value));
    }

    [Theory]
    [InlineData("13370", "'13370' has no address; write 127.0.0.1:13370, 0.0.0.0:13370 or [::]:13370")]
    [InlineData("127.0.0.1", "'127.0.0.1' has no port; write 127.0.0.1:PORT")]
    [InlineData(":13370", "':13370' has no address; write 0.0.0.0:13370 for every IPv4 and [::]:13370 for every IPv6 address")]
    [InlineData("*:13370", "'*:13370' has no address; write 0.0.0.0:13370 for every IPv4 and [::]:13370 for every IPv6 address")]
    [InlineData("::1:13370", "'::1:13370' is ambiguous; write an IPv6 address in brackets: [::1]:13371")]
    [InlineData("10.1:80", "'10.1' is not an IP address; names are not looked up here")]
    [InlineData("[127.0.0.1]:80", "'[127.0.0.1]' is not an IP address; names are not looked up here")]
    [InlineData("console.example:80", "'console.example' is not an IP address; names are not looked up here")]
    [InlineData("127.0.0.1:65536", "'65536' is not a port; expected 0 to 65535")]
    [InlineData("127.0.0.1:-1", "'-1' is not a port; expected 0 to 65535")]
    [InlineData("127.0.0.1:http", "'http' is not a port; expected 0 to 65535")]
    [InlineData("nonsense", "'nonsense' is not an address and a port such as 127.0.0.1:13371 or [::]:13370")]
    public void What_is_no_endpoint_is_refused_with_a_remedy(string text, string complaint) =>
        Assert.Equal(complaint, EndpointSyntax.Instance.Read(text, out _));
}
