using Portside.VSphere.Client;

namespace Portside.VSphere.Tests.Client;

/// <summary>Addresses as people and <c>GOVC_URL</c> write them.</summary>
public sealed class VSphereAddressTests
{
    [Theory]
    [InlineData("vcenter.example", "https://vcenter.example/sdk", null, null)]
    [InlineData("https://vcenter.example:8443", "https://vcenter.example:8443/sdk", null, null)]
    [InlineData("https://vcenter.example/sdk/", "https://vcenter.example/sdk", null, null)]
    [InlineData("http://127.0.0.1:8989/sdk", "http://127.0.0.1:8989/sdk", null, null)]
    [InlineData("alice@vcenter.example", "https://vcenter.example/sdk", "alice", null)]
    [InlineData("https://administrator@vsphere.local:p%40ss:w@vcenter.example/sdk", "https://vcenter.example/sdk", "administrator@vsphere.local", "p@ss:w")]
    [InlineData("https://admin:a#b?c%2Fd@vcenter.example/sdk", "https://vcenter.example/sdk", "admin", "a#b?c/d")]
    [InlineData("https://[2001:db8::7]/sdk", "https://[2001:db8::7]/sdk", null, null)]
    public void An_address_is_read(string text, string url, string? user, string? password)
    {
        Assert.True(VSphereAddress.TryParse(text, out var address, out _));
        Assert.Equal((url, user, password), (address.Url.ToString(), address.User, address.Password));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("ftp://vcenter.example", "is not a scheme")]
    [InlineData("http://vcenter.example/sdk", "in clear")]
    [InlineData("https://alice:secret@vcenter example", "is not an address")]
    [InlineData("https://vcenter.example/sdk?x=1", "has no meaning")]
    [InlineData("https://admin:pa/secret@vcenter.example/sdk", "write / as %2F")]
    [InlineData("admin:123/secret@vcenter.example", "write / as %2F")]
    [InlineData("admin:se@123/secret@vcenter.example", "write / as %2F")]
    [InlineData("https://admin:secret", "what is given is not an address")]
    public void A_mistake_is_said_without_a_password(string text, string complaint)
    {
        Assert.False(VSphereAddress.TryParse(text, out _, out var error));
        Assert.Contains(complaint, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_hosts_give_the_thumbprints_of_a_server()
    {
        const string hash = "0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9:0A:1B:2C:3D";
        var text = $"# comment\nother.example:443 {hash.Replace("0A", "FF", StringComparison.Ordinal)}\nvcenter.example:443 {hash}\n";
        Assert.Equal([hash.Replace(":", "", StringComparison.Ordinal)], KnownHosts.Find(text, new Uri("https://vcenter.example/sdk")));
        Assert.Empty(KnownHosts.Find(text, new Uri("https://vcenter.example:8443/sdk")));
        Assert.Throws<FormatException>(() => KnownHosts.Find("vcenter.example 12", new Uri("https://vcenter.example/sdk")));
    }
}
