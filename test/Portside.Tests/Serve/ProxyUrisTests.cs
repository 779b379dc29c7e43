using System.Net;
using Portside.Concentrator.Links;
using Portside.Serve;

namespace Portside.Tests.Serve;

public sealed class ProxyUrisTests
{
    private static readonly IPEndPoint[] Everywhere = [new(IPAddress.Any, 13370), new(IPAddress.IPv6Any, 13370)];

    [Fact]
    public void A_listener_on_every_address_is_reached_by_name_and_by_address() => Assert.Equal(
        [
            "telnets://console:13370#thumbprint=AA:BB",
            "telnets://10.0.0.5:13370#thumbprint=AA:BB",
            "telnet://console:13370",
            "telnet://10.0.0.5:13370",
        ],
        ProxyUris.All(Everywhere, ["console", "10.0.0.5"], isAdvertised: false, TlsPolicy.Allow, "AA:BB"));

    [Fact]
    public void A_listener_on_one_address_is_reached_there() => Assert.Equal(
        ["telnet://[::1]:7000"],
        ProxyUris.All([new IPEndPoint(IPAddress.IPv6Loopback, 7000)], ["console"], isAdvertised: false, TlsPolicy.Off, null));

    [Fact]
    public void A_name_an_operator_chose_holds_for_every_listener() => Assert.Equal(
        ["telnets://console.example.com:7000#thumbprint=AA"],
        ProxyUris.All([new IPEndPoint(IPAddress.Loopback, 7000)], ["console.example.com"], isAdvertised: true, TlsPolicy.Require, "AA"));
}
