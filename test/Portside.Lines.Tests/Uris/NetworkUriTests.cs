using System.Net.Sockets;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Testing;

namespace Portside.Lines.Tests.Uris;

public class NetworkUriTests
{
    private const string Sha1 = "0A1B2C3D4E5F60718293A4B5C6D7E8F901234567";

    [Theory]
    [InlineData("host:7001", NetworkScheme.Tcp, AddressFamily.Unspecified, false, false, "tcp")]
    [InlineData("tcp://host:7001", NetworkScheme.Tcp, AddressFamily.Unspecified, false, false, "tcp")]
    [InlineData("tcp4://host:7001", NetworkScheme.Tcp4, AddressFamily.InterNetwork, false, false, "tcp4")]
    [InlineData("tcp6://host:7001", NetworkScheme.Tcp6, AddressFamily.InterNetworkV6, false, false, "tcp6")]
    [InlineData("ssl://host:7001", NetworkScheme.Ssl, AddressFamily.Unspecified, true, false, "ssl")]
    [InlineData("tcp+ssl://host:7001", NetworkScheme.Ssl, AddressFamily.Unspecified, true, false, "ssl")]
    [InlineData("tcp4+ssl://host:7001", NetworkScheme.Ssl4, AddressFamily.InterNetwork, true, false, "tcp4+ssl")]
    [InlineData("tcp6+ssl://host:7001", NetworkScheme.Ssl6, AddressFamily.InterNetworkV6, true, false, "tcp6+ssl")]
    [InlineData("telnet://host:7001", NetworkScheme.Telnet, AddressFamily.Unspecified, false, true, "telnet")]
    [InlineData("TELNETS://host:7001/", NetworkScheme.Telnets, AddressFamily.Unspecified, true, true, "telnets")]
    [InlineData("rfc2217://host:7001", NetworkScheme.Rfc2217, AddressFamily.Unspecified, false, true, "rfc2217")]
    [InlineData("rfc2217s://host:7001", NetworkScheme.Rfc2217s, AddressFamily.Unspecified, true, true, "rfc2217s")]
    public void A_scheme_tells_family_tls_and_telnet(
        string text, NetworkScheme scheme, AddressFamily family, bool tls, bool telnet, string canonical)
    {
        var uri = NetworkUri.Parse(text);

        Assert.Equal(scheme, uri.Scheme);
        Assert.Equal(family, uri.Family);
        Assert.Equal(tls, uri.StartsWithTls);
        Assert.Equal(tls, uri.RequiresTls);
        Assert.Equal(telnet, uri.IsTelnet);
        Assert.Equal(canonical.StartsWith("rfc", StringComparison.Ordinal), uri.IsComPort);
        Assert.Equal("host", uri.Host);
        Assert.Equal(7001, uri.Port);
        Assert.Equal(text, uri.Text);
        Assert.Equal($"{canonical}://host:7001", uri.ToString());
    }

    [Theory]
    [InlineData("telnet://:7001", "", 7001, "telnet://:7001")]
    [InlineData(":7001", "", 7001, "tcp://:7001")]
    [InlineData("tcp://:0", "", 0, "tcp://:0")]
    [InlineData("[::1]:7001", "::1", 7001, "tcp://[::1]:7001")]
    [InlineData("tcp6://[2001:db8::7]:7001", "2001:db8::7", 7001, "tcp6://[2001:db8::7]:7001")]
    [InlineData("tcp://[fe80::1%25eth0]:7001", "fe80::1%eth0", 7001, "tcp://[fe80::1%25eth0]:7001")]
    [InlineData("tcp://[::ffff:192.0.2.7]:7001", "::ffff:192.0.2.7", 7001, "tcp://[::ffff:192.0.2.7]:7001")]
    [InlineData("tcp://ho%73t.example:7001", "host.example", 7001, "tcp://host.example:7001")]
    [InlineData("tcp4://192.0.2.7:65535", "192.0.2.7", 65535, "tcp4://192.0.2.7:65535")]
    public void Host_and_port_are_read(string text, string host, int port, string canonical)
    {
        var uri = NetworkUri.Parse(text);

        Assert.Equal(host, uri.Host);
        Assert.Equal(port, uri.Port);
        Assert.Equal(canonical, uri.ToString());
        Assert.Equal(uri, NetworkUri.Parse(canonical));
    }

    [Fact]
    public void A_query_names_the_port_and_parameters_follow_it()
    {
        var uri = NetworkUri.Parse($"telnets://host:1?port=tty%20S1&x#thumbprint={Sha1}&verify");

        Assert.Equal("tty S1", uri.Label);
        Assert.Equal("", uri.Query["x"]);
        Assert.Null(uri.Query["y"]);
        Assert.Equal(Sha1, uri.Parameters.Thumbprint);
        Assert.True(uri.Parameters.Verify);
        Assert.Equal(
            "telnets://host:1?port=tty%20S1&x#thumbprint=0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9:01:23:45:67&verify",
            uri.ToString());
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tcp4")]
    [InlineData("tcp6")]
    public void Nothing_can_be_verified_without_tls(string scheme)
    {
        Assert.False(NetworkUri.TryParse($"{scheme}://host:1#verify", out _, out var error));

        Assert.Contains("'#verify' cannot be had on", error, StringComparison.Ordinal);
        Assert.Contains("take ssl://", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssl://host:1#verify")]
    [InlineData("telnet://host:1#peerName=x")]
    [InlineData("rfc2217://host:1#cipherList=HIGH")]
    public void A_parameter_makes_tls_a_must(string text) => Assert.True(NetworkUri.Parse(text).RequiresTls);

    [Theory]
    [InlineData("", "empty", "tcp://console.example:7001")]
    [InlineData("http://host:1", "'http' is not a scheme", "tcp://")]
    [InlineData("telnet://host", "'host' has no port", "telnet://console.example:7001#thumbprint=")]
    [InlineData("ssl://host:", "has no port", "ssl://console.example:7001#thumbprint=")]
    [InlineData("host:65536", "'65536' is not a port", "tcp://console.example:7001")]
    [InlineData("host:-1", "'-1' is not a port", "tcp://")]
    [InlineData("foo:bar", "'bar' is not a port", "tcp://")]
    [InlineData("::1:7001", "put it into brackets, as in tcp://[::1]", "tcp://")]
    [InlineData("tcp://[::1:7001", "does not close it", "tcp://")]
    [InlineData("tcp://[::1]7001", "'7001' after the IPv6 address", "tcp://")]
    [InlineData("tcp://[1.2.3.4]:7001", "'1.2.3.4' in brackets is not an IPv6 address", "tcp://")]
    [InlineData("tcp4://[::1]:7001", "'::1' is an IPv6 address, and tcp4:// takes IPv4 only", "tcp4://")]
    [InlineData("tcp6+ssl://192.0.2.1:7001", "'192.0.2.1' is an IPv4 address, and tcp6+ssl:// takes IPv6 only", "tcp6+ssl://")]
    [InlineData("tcp://a b:1", "' b' in host 'a b'", "tcp://")]
    [InlineData("tcp://a%zz:1", "'a%zz' has a '%' without two hex digits", "tcp://")]
    [InlineData("tcp://host:1?a=%4", "'a=%4' has a '%' without two hex digits", "tcp://")]
    [InlineData("tcp://host:1/x", "'/x' after the port", "tcp://")]
    [InlineData("tcp://u:secret@host:1", "no user name or password", "tcp://")]
    [InlineData("tcp://host\u001B[2J:1", @"\u001B", "tcp://")]
    [InlineData("ssl://host:1#name=x", "Parameter 'name' is unknown", "ssl://")]
    [InlineData("ssl://host:1#certificate=-----BEGIN CERTIFICATE----------END CERTIFICATE-----", "not a PEM certificate", "ssl://")]
    [InlineData("ssl://host:1#certificate=-----END CERTIFICATE----------BEGIN CERTIFICATE-----", "not a PEM certificate", "ssl://")]
    [InlineData("ssl://host:1#certificate=-----BEGIN CERTIFICATE-----END CERTIFICATE-----", "not a PEM certificate", "ssl://")]
    public void What_is_wrong_is_quoted_and_a_correct_one_is_shown(string text, string expected, string example)
    {
        Assert.False(NetworkUri.TryParse(text, out _, out var error));

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains($"Write it as {example}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001B', error);
        Assert.Throws<FormatException>(() => NetworkUri.Parse(text));
    }

    [Fact]
    public void The_examples_shown_are_correct()
    {
        Assert.False(SerialUri.TryParse("tty:x", out _, out var error));
        Assert.IsType<DeviceUri>(GivenUri.Parse(error.Split("Write it as ")[1]));
        Assert.False(SerialUri.TryParse("unix:x", out _, out error));
        Assert.IsType<UnixUri>(GivenUri.Parse(error.Split("Write it as ")[1]));
        Assert.False(SerialUri.TryParse("cable:?", out _, out error));
        Assert.IsType<CableUri>(GivenUri.Parse(error.Split("Write it as ")[1]));
        Assert.False(SerialUri.TryParse("tcp:", out _, out error));
        Assert.IsType<NetworkUri>(GivenUri.Parse(error.Split("Write it as ")[1]));
    }

    [Fact]
    public void A_certificate_is_kept_in_the_usual_spelling()
    {
        using var certificate = TestCertificates.SelfSigned("console");
        var uri = NetworkUri.Parse($"ssl://host:1#certificate={Uri.EscapeDataString(certificate.ExportCertificatePem())}");

        Assert.Equal(certificate.RawData, uri.Parameters.Certificate.ToArray());
        Assert.Equal(uri, NetworkUri.Parse(uri.ToString()));
        Assert.True(uri.Parameters.IsPinned);
    }

    [Fact]
    public void The_port_the_system_chose_can_be_filled_in()
    {
        var uri = NetworkUri.Parse("telnets://[::1]:0#verify").WithPort(4711);

        Assert.Equal("telnets://[::1]:4711#verify", uri.Text);
        Assert.Equal("telnets://[::1]:4711", uri.ToShortString());
        Assert.Equal("[::1]:4711", uri.Authority);
    }

    [Fact]
    public void A_text_too_long_is_not_read()
    {
        Assert.False(SerialUri.TryParse($"tcp://{new string('a', SerialUri.MaxLength)}:1", out _, out var error));

        Assert.Contains("characters", error, StringComparison.Ordinal);
        Assert.InRange(error.Length, 1, 300);
    }

    [Fact]
    public void Demands_are_equal_by_what_they_demand()
    {
        Assert.True(TlsParameters.TryParse($"verify&thumbprint={Sha1.ToLowerInvariant()}", out var one, out _));
        Assert.True(TlsParameters.TryParse($"THUMBPRINT={Sha1}&verify", out var other, out _));

        Assert.Equal(one, other);
        Assert.NotEqual(one, TlsParameters.None);
        Assert.True(TlsParameters.None.IsEmpty);
    }
}
