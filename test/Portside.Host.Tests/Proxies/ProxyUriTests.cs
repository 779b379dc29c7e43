using Portside.Host.Proxies;
using Portside.Lines.Uris;
using Portside.Testing;

namespace Portside.Host.Tests.Proxies;

public class ProxyUriTests
{
    private const string Sha1 = "0A1B2C3D4E5F60718293A4B5C6D7E8F901234567";

    [Theory]
    [InlineData("telnet://host:13370", NetworkScheme.Telnet, "host", 13370)]
    [InlineData("TELNETS://Host.example:1/", NetworkScheme.Telnets, "Host.example", 1)]
    [InlineData(" telnet://192.0.2.7:65535 ", NetworkScheme.Telnet, "192.0.2.7", 65535)]
    [InlineData("telnet://[::1]:13370", NetworkScheme.Telnet, "::1", 13370)]
    [InlineData("telnets://[2001:db8::7]:13370#verify", NetworkScheme.Telnets, "2001:db8::7", 13370)]
    [InlineData("telnet://[fe80::1%25eth0]:13370", NetworkScheme.Telnet, "fe80::1%eth0", 13370)]
    public void Scheme_host_and_port_are_read(string text, NetworkScheme scheme, string host, int port)
    {
        var uri = ProxyUri.Parse(text);

        Assert.Equal(scheme, uri.Scheme);
        Assert.Equal(host, uri.Host);
        Assert.Equal(port, uri.Port);
    }

    [Theory]
    [InlineData("0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9:01:23:45:67")]
    [InlineData("0a1b2c3d4e5f60718293a4b5c6d7e8f901234567")]
    [InlineData("0A-1B-2C-3D-4E-5F-60-71-82-93-A4-B5-C6-D7-E8-F9-01-23-45-67")]
    [InlineData("0A%201B%202C%203D%204E%205F%2060%2071%2082%2093%20A4%20B5%20C6%20D7%20E8%20F9%2001%2023%2045%2067")]
    public void A_thumbprint_is_read_in_any_spelling(string thumbprint)
    {
        var uri = ProxyUri.Parse($"telnets://host:1#thumbprint={thumbprint}");

        Assert.Equal(Sha1, uri.Parameters.Thumbprint);
        Assert.True(uri.Parameters.IsPinned);
    }

    [Fact]
    public void A_thumbprint_of_64_digits_is_sha_256()
    {
        var uri = ProxyUri.Parse($"telnets://host:1#thumbprint={new string('a', 64)}");

        Assert.Equal(new string('A', 64), uri.Parameters.Thumbprint);
    }

    [Fact]
    public void Parameters_are_read_in_any_order_and_percent_decoded()
    {
        var uri = ProxyUri.Parse("telnet://host:1#peerName=vspc%20%26%20co&verify&cipherList=ECDHE-RSA-AES256-GCM-SHA384%3ATLS_AES_256_GCM_SHA384");

        Assert.Equal("vspc & co", uri.Parameters.PeerName);
        Assert.True(uri.Parameters.Verify);
        Assert.Equal("ECDHE-RSA-AES256-GCM-SHA384:TLS_AES_256_GCM_SHA384", uri.Parameters.CipherList);
        Assert.True(uri.RequiresTls);
        Assert.True(uri.Parameters.RequiresTrust);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("%0A")]
    [InlineData("%0D%0A")]
    [InlineData("\\n")]
    [InlineData("%20")]
    [InlineData("")]
    public void A_certificate_is_read_whatever_became_of_its_line_ends(string lineEnd)
    {
        using var certificate = TestCertificates.SelfSigned("vspc");
        var pem = certificate.ExportCertificatePem().ReplaceLineEndings(lineEnd);

        var uri = ProxyUri.Parse($"telnets://host:1#certificate={pem}");

        Assert.Equal(certificate.RawData, uri.Parameters.Certificate.ToArray());
    }

    [Fact]
    public void Only_telnet_without_parameters_may_do_without_tls()
    {
        Assert.False(ProxyUri.Parse("telnet://host:1").RequiresTls);
        Assert.True(ProxyUri.Parse("telnet://host:1#verify").RequiresTls);
        Assert.True(ProxyUri.Parse("telnets://host:1").RequiresTls);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var certificate = TestCertificates.SelfSigned("vspc");
        var pem = Uri.EscapeDataString(certificate.ExportCertificatePem());
        string[] texts =
        [
            "telnet://host:13370",
            "telnets://[fe80::1%25eth0]:13370#verify",
            $"telnets://host:1#certificate={pem}&thumbprint={Sha1}&peerName=a%26b&cipherList=HIGH:!aNULL",
        ];

        foreach (var text in texts)
        {
            var uri = ProxyUri.Parse(text);
            Assert.Equal(uri, ProxyUri.Parse(uri.ToString()));
        }

        Assert.Equal(
            "telnets://host:1#thumbprint=0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9:01:23:45:67",
            ProxyUri.Parse($"telnets://host:1#thumbprint={Sha1}").ToString());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("host:13370", "'host:13370' has no scheme")]
    [InlineData("ssl://host:13370", "'ssl://' is not a scheme")]
    [InlineData("tcp://host:13370", "'tcp://' is not a scheme")]
    [InlineData("http://host:13370", "'http://' is not a scheme of a proxy URI: only telnet:// and telnets:// are.")]
    [InlineData(" Rfc2217://host:13370", "'Rfc2217://' is not a scheme of a proxy URI: only telnet:// and telnets:// are.")]
    [InlineData("telnet://host", "'host' has no port")]
    [InlineData("telnet://host:", "has no port")]
    [InlineData("telnet://host:0", "'0' is not a port")]
    [InlineData("telnet://host:65536", "'65536' is not a port")]
    [InlineData("telnet://host:+1", "'+1' is not a port")]
    [InlineData("telnet://:13370", "host is missing")]
    [InlineData("telnet://::1:13370", "put it into brackets")]
    [InlineData("telnet://[::1:13370", "does not close it")]
    [InlineData("telnet://[::1]13370", "'13370' after the IPv6 address")]
    [InlineData("telnet://[host]:13370", "'host' in brackets is not an IPv6 address")]
    [InlineData("telnet://ho st:13370", "' st' in host 'ho st'")]
    [InlineData("telnet://user:secret@host:13370", "no user name or password")]
    [InlineData("telnet://host:13370/path", "'/path' after the port")]
    [InlineData("telnet://host:13370?verify", "'?verify' after the port")]
    [InlineData("telnet://host:1#", "Parameter '' is unknown")]
    [InlineData("telnet://host:1#verify=yes", "'verify' takes no value, got 'yes'")]
    [InlineData("telnet://host:1#verify&verify", "'verify' is given twice")]
    [InlineData("telnet://host:1#name=x", "Parameter 'name' is unknown")]
    [InlineData("telnet://host:1#peerName", "'peerName' needs a value")]
    [InlineData("telnet://host:1#peerName=", "'peerName' needs a value")]
    [InlineData("telnet://host:1#peerName=%zz", "'%' without two hex digits")]
    [InlineData("telnet://host:1#thumbprint=0A:1B", "has 4 hex digits")]
    [InlineData("telnet://host:1#thumbprint=0A:1G", "'G' in '0A:1G' is not a hex digit")]
    [InlineData("telnet://host:1#certificate=abc", "not a PEM certificate: 'abc'")]
    [InlineData("telnet://host:1#cipherList=ROT13", "'ROT13' is neither a cipher suite nor a group")]
    [InlineData("telnet://host:1#cipherList=RC4", "leaves no cipher suite")]
    public void What_is_wrong_is_quoted_and_a_correct_one_is_shown(string text, string expected)
    {
        Assert.False(ProxyUri.TryParse(text, out _, out var error));

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("telnets://concentrator.example:13370#thumbprint=", error, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => ProxyUri.Parse(text));
    }

    [Fact]
    public void A_password_is_not_repeated()
    {
        Assert.False(ProxyUri.TryParse("telnet://user:secret@host:1", out _, out var error));

        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }
}
