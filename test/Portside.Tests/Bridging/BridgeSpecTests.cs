using System.Text.Json;
using Portside.Bridging;
using Portside.Host.Proxies;

namespace Portside.Tests.Bridging;

public class BridgeSpecTests
{
    [Theory]
    [InlineData("vSPC.py", null)]
    [InlineData("cable:lab", null)]
    [InlineData("telnet://:7001", null)]
    [InlineData("telent://:7001", "did you mean telnet?")]
    [InlineData("telnet://:70001", "'70001' is not a port")]
    public void A_service_uri_that_cannot_be_read_is_doubted(string uri, string? doubt)
    {
        Assert.True(ProxyUri.TryParse("telnet://concentrator.example:13370", out var to, out var error), error);
        var bridge = new BridgeSpec { To = to, Name = "a", Line = "pty:", ServiceUri = uri };

        Assert.Equal(doubt is null, bridge.Doubt is null);
        Assert.Contains(doubt ?? "", bridge.Doubt ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_read_times_as_everywhere()
    {
        var at = new DateTimeOffset(2026, 1, 31, 14, 0, 0, TimeSpan.FromHours(2));
        var told = new BridgeEvent(at, "a", "", null, "pty:", "open", null, "connected", null, null, 0, 0);

        Assert.StartsWith(
            """{"at":"2026-01-31T12:00:00.000Z",""", JsonSerializer.Serialize(told, BridgeJson.Default.BridgeEvent), StringComparison.Ordinal);
    }
}
