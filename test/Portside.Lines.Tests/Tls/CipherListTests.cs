using System.Net.Security;
using Portside.Lines.Tls;

namespace Portside.Lines.Tests.Tls;

public class CipherListTests
{
    [Theory]
    [InlineData("ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("ECDHE-RSA-AES256-GCM-SHA384 ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("ECDHE-RSA-AES256-GCM-SHA384,ECDHE-RSA-AES128-GCM-SHA256")]
    public void Suites_come_in_the_order_named_whatever_separates_them(string list)
    {
        Assert.Equal(
            [TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256],
            Suites(list));
    }

    [Fact]
    public void Groups_may_be_joined_excluded_and_moved()
    {
        Assert.All(Suites("ECDHE+AESGCM"), suite => Assert.Contains("ECDHE", suite.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(Suites("HIGH:!kRSA:!aNULL:!MD5"), suite => suite.ToString().StartsWith("TLS_RSA", StringComparison.Ordinal));
        Assert.EndsWith("SHA", Suites("HIGH:+SHA1")[^1].ToString(), StringComparison.Ordinal);
        Assert.Equal(Suites("HIGH"), Suites("ALL:@STRENGTH"));
    }

    [Fact]
    public void What_is_banned_stays_banned_and_what_is_removed_may_return()
    {
        Assert.Equal([TlsCipherSuite.TLS_AES_128_GCM_SHA256], Suites("!AES256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"));
        Assert.Equal([TlsCipherSuite.TLS_AES_256_GCM_SHA384], Suites("TLSv1.3:-TLSv1.3:TLS_AES_256_GCM_SHA384"));
    }

    [Fact]
    public void An_unknown_item_is_quoted()
    {
        Assert.False(CipherList.TryParse("HIGH:AES-ROT13", out _, out var error));

        Assert.Contains("'AES-ROT13'", error, StringComparison.Ordinal);
    }

    private static IReadOnlyList<TlsCipherSuite> Suites(string list)
    {
        Assert.True(CipherList.TryParse(list, out var suites, out var error), error);
        return suites;
    }
}
