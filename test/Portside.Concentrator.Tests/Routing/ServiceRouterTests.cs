using System.Text;
using Portside.Concentrator.Routing;
using Xunit;

namespace Portside.Concentrator.Tests.Routing;

public sealed class ServiceRouterTests
{
    [Theory]
    [InlineData("vSPC.py")]
    [InlineData("vspc.PY")]
    [InlineData("vmware-vspc")]
    [InlineData("VMware-vSPC")]
    [InlineData("node-vspc")]
    [InlineData("portside")]
    [InlineData("vSPC.py?")]
    [InlineData("vSPC.py?a=b")]
    public void Well_known_names_are_served_in_any_case(string uri)
    {
        var route = Decide('S', uri);
        Assert.True(route.Accepted);
        Assert.Null(route.Label);
        Assert.Null(route.Note);
    }

    [Theory]
    [InlineData("vSPC.py?port=com1", "com1")]
    [InlineData("vSPC.py?a=1&port=com1&port=com2", "com1")]
    [InlineData("vSPC.py?port=COM%201", "COM 1")]
    [InlineData("vSPC.py?port=COM+1", "COM 1")]
    [InlineData("vSPC.py?port=", null)]
    [InlineData("vSPC.py?port", null)]
    [InlineData("vSPC.py?port=&port=b", null)]
    [InlineData("vSPC.py?xport=b", null)]
    [InlineData("vSPC.py?port=a=b", "a=b")]
    [InlineData("vSPC.py?port=%", "%")]
    public void The_first_port_of_the_query_is_the_label(string uri, string? label) =>
        Assert.Equal(label, Decide('S', uri).Label);

    [Theory]
    [InlineData("lab-a", "LAB-A")]
    [InlineData("lab-a", "lab-a?port=x")]
    [InlineData("tcp://127.0.0.1:2379", "TCP://127.0.0.1:2379")]
    [InlineData("telnet://:7001?x", "telnet://:7001?x")]
    public void Configured_names_and_whole_uris_are_served_in_any_case(string configured, string uri) =>
        Assert.True(Decide('S', uri, configured).Accepted);

    [Fact]
    public void Direction_client_with_a_bare_name_is_served_and_noted()
    {
        var route = Decide('C', "vSPC.py?port=com1");
        Assert.True(route.Accepted);
        Assert.Equal("com1", route.Label);
        Assert.Contains("\"vSPC.py\" is not an address to dial", route.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('S', "http://10.0.0.5:23", "service-uri", "vSPC.py")]
    [InlineData('C', "tcp://:7001", "direction", "names no host to dial")]
    [InlineData('S', "unix:/run/x", "service-uri", "add this one to vm.serviceNames")]
    [InlineData('S', "tty:/dev/ttyS0", "service-uri", "add this one to vm.serviceNames")]
    [InlineData('S', "", "service-uri", "vSPC.py")]
    [InlineData('S', "?port=com1", "service-uri", "vSPC.py")]
    [InlineData('S', " vSPC.py", "service-uri", "vSPC.py")]
    [InlineData('S', "vSPC.py\0", "service-uri", "vSPC.py")]
    [InlineData('s', "vSPC.py", "direction", "0x73")]
    [InlineData('\0', "", "direction", "0x00")]
    public void Anything_else_is_refused_with_what_to_change(char direction, string uri, string reason, string part)
    {
        var route = Decide(direction, uri);
        Assert.False(route.Accepted);
        Assert.Equal(reason, route.Reason);
        Assert.Contains(part, route.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('C', "tcp://10.0.0.5:23?port=com2", "com2")]
    [InlineData('S', "telnet://:7001", null)]
    [InlineData('S', "10.0.0.5:23", null)]
    [InlineData('C', "cable:lab", null)]
    [InlineData('S', "cable:lab?port=b", "b")]
    public void A_real_uri_and_a_cable_are_for_the_concentrator_to_reach(char direction, string uri, string? label)
    {
        var route = Decide(direction, uri);
        Assert.True(route.Accepted);
        Assert.Equal(uri, route.Remote!.Text);
        Assert.Equal(label, route.Label);
    }

    [Fact]
    public void A_configured_uri_has_clients_attach_as_server_and_is_dialled_as_client()
    {
        Assert.Null(Decide('S', "tcp://127.0.0.1:2379", "tcp://127.0.0.1:2379").Remote);
        Assert.NotNull(Decide('C', "tcp://127.0.0.1:2379", "tcp://127.0.0.1:2379").Remote);
    }

    [Fact]
    public void A_hostile_uri_is_shown_harmlessly()
    {
        var detail = new ServiceRouter([]).Decide((byte)'S', [0x1B, (byte)'[', 0xFF, 0xE2, 0x80, 0xAE, (byte)'x']).Detail!;
        Assert.Contains("\"\uFFFD[\uFFFD\uFFFDx\"", detail, StringComparison.Ordinal);
        Assert.True(Decide('S', new string('x', 4096)).Detail!.Length < 500);
        Assert.True(Decide('S', new string('x', 65_536)).Detail!.Length < 500);
    }

    private static ServiceRoute Decide(char direction, string uri, params string[] configured) =>
        new ServiceRouter(configured).Decide((byte)direction, Encoding.UTF8.GetBytes(uri));
}
