using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Portside.Host.Ports;
using Portside.Host.Proxies;
using Portside.Lines.Tls;
using Portside.Testing;

namespace Portside.Host.Tests.Ports;

public sealed class VirtualSerialPortTlsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly X509Certificate2 _certificate = TestCertificates.SelfSigned("vspc.example");
    private readonly PairedProxy _proxy = new();

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData("telnets")]
    [InlineData("telnet")]
    public async Task Without_parameters_any_certificate_will_do(string scheme)
    {
        await using var port = NewPort(scheme, "");

        await using var proxy = await ServeAsync(port, scheme, _certificate);

        Assert.StartsWith("Tls1", port.Snapshot.Tls, StringComparison.Ordinal);
        await port.WriteAsync("secret"u8.ToArray(), CancellationToken.None);
        await proxy.ExpectTextAsync("secret");
    }

    [Fact]
    public async Task A_port_whose_connection_ended_in_the_middle_of_a_vMotion_can_still_be_looked_at()
    {
        await using var port = NewPort("telnets", "");
        var proxy = await ServeAsync(port, "telnets", _certificate);
        var source = port.Stun()!;
        await proxy.DisposeAsync();
        await source.Ended.WaitAsync(Patience);

        Assert.Equal(VirtualSerialPortState.Migrating, port.Snapshot.State);
        port.ResumeAtSource(source);
        Assert.Equal(VirtualSerialPortState.Lost, port.Snapshot.State);
    }

    [Theory]
    [InlineData("telnets", true)]
    [InlineData("telnets", false)]
    [InlineData("telnet", true)]
    [InlineData("telnet", false)]
    public async Task The_right_thumbprint_is_accepted(string scheme, bool sha1)
    {
        var thumbprint = Thumbprint.Format(sha1 ? Thumbprint.Sha1(_certificate) : Thumbprint.Sha256(_certificate));
        await using var port = NewPort(scheme, $"#thumbprint={thumbprint}");

        await using var proxy = await ServeAsync(port, scheme, _certificate);

        Assert.NotNull(port.Snapshot.Tls);
    }

    [Theory]
    [InlineData("telnets", true)]
    [InlineData("telnet", false)]
    public async Task A_wrong_thumbprint_is_refused_and_both_are_shown(string scheme, bool sha1)
    {
        using var other = TestCertificates.SelfSigned("vspc.example");
        var wanted = Thumbprint.Format(sha1 ? Thumbprint.Sha1(other) : Thumbprint.Sha256(other));
        await using var port = NewPort(scheme, $"#thumbprint={wanted}");

        var reason = await RefuseAsync(port, scheme, _certificate);

        Assert.Contains(wanted, reason, StringComparison.Ordinal);
        Assert.Contains($"SHA-1 {Thumbprint.Format(Thumbprint.Sha1(_certificate))}", reason, StringComparison.Ordinal);
        Assert.Contains($"SHA-256 {Thumbprint.Format(Thumbprint.Sha256(_certificate))}", reason, StringComparison.Ordinal);
        Assert.Contains("#thumbprint=", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_certificate_of_the_uri_is_accepted_and_another_is_not()
    {
        using var other = TestCertificates.SelfSigned("vspc.example");
        var parameter = $"#certificate={Uri.EscapeDataString(_certificate.ExportCertificatePem())}";
        await using (var port = NewPort("telnets", parameter))
        await using (var proxy = await ServeAsync(port, "telnets", _certificate))
            Assert.NotNull(port.Snapshot.Tls);

        await using var wrong = NewPort("telnets", parameter);
        var reason = await RefuseAsync(wrong, "telnets", other);

        Assert.Contains(Thumbprint.Format(Thumbprint.Sha1(_certificate)), reason, StringComparison.Ordinal);
        Assert.Contains(Thumbprint.Format(Thumbprint.Sha256(other)), reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pinned_certificate_must_carry_the_peer_name_too_if_one_is_given()
    {
        var pin = $"#thumbprint={Thumbprint.Sha1(_certificate)}";
        await using (var port = NewPort("telnets", $"{pin}&peerName=vspc.example"))
        await using (var proxy = await ServeAsync(port, "telnets", _certificate))
            Assert.NotNull(port.Snapshot.Tls);

        await using var wrong = NewPort("telnets", $"{pin}&peerName=other.example");
        var reason = await RefuseAsync(wrong, "telnets", _certificate);

        Assert.Contains("'other.example'", reason, StringComparison.Ordinal);
        Assert.Contains("it is for vspc.example", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#verify&peerName=vspc.example", true)]
    [InlineData("#peerName=VSPC.example", true)]
    [InlineData("#verify", false)] // the URI's host is 127.0.0.1
    [InlineData("#peerName=example", false)]
    public async Task A_trusted_authority_and_the_name_decide(string parameters, bool accepted)
    {
        using var authority = TestCertificates.Authority("Test authority");
        using var signed = TestCertificates.SignedBy(authority, "vspc.example");
        await using var port = NewPort("telnets", parameters, authority);

        if (accepted)
        {
            await using var proxy = await ServeAsync(port, "telnets", signed);
            return;
        }

        var reason = await RefuseAsync(port, "telnets", signed);
        Assert.Contains("does not carry the name", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_alone_wants_the_name_in_the_uri()
    {
        using var authority = TestCertificates.Authority("Test authority");
        using var signed = TestCertificates.SignedBy(authority, "127.0.0.1");
        await using var port = NewPort("telnets", "#verify", authority);

        await using var proxy = await ServeAsync(port, "telnets", signed);
    }

    [Fact]
    public async Task A_certificate_nobody_trusted_signed_is_refused_where_trust_is_asked_for()
    {
        using var authority = TestCertificates.Authority("Test authority");
        await using var port = NewPort("telnets", "#verify&peerName=vspc.example", authority);

        var reason = await RefuseAsync(port, "telnets", _certificate);

        Assert.Contains("no trusted authority signed it", reason, StringComparison.Ordinal);
        Assert.Contains("CN=vspc.example", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-10, -2)]
    [InlineData(2, 10)]
    public async Task A_certificate_out_of_its_time_is_refused_where_trust_is_asked_for(int fromDays, int toDays)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authority = TestCertificates.Authority("Test authority");
        using var signed = TestCertificates.SignedBy(authority, "vspc.example", now.AddDays(fromDays), now.AddDays(toDays));
        await using var port = NewPort("telnets", "#verify&peerName=vspc.example", authority);

        var reason = await RefuseAsync(port, "telnets", signed);

        Assert.Contains("it is valid from", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pinned_certificate_may_be_expired()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var expired = TestCertificates.SelfSigned("vspc.example", now.AddDays(-10), now.AddDays(-2));
        await using var port = NewPort("telnets", $"#thumbprint={Thumbprint.Sha256(expired)}");

        await using var proxy = await ServeAsync(port, "telnets", expired);
    }

    [Fact]
    public async Task The_cipher_list_decides_what_is_offered()
    {
        await using var port = NewPort("telnets", "#cipherList=ECDHE-ECDSA-AES128-GCM-SHA256");

        await using var proxy = await ServeAsync(port, "telnets", _certificate);

        Assert.Equal(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, ((SslStream)proxy.Stream).NegotiatedCipherSuite);
        Assert.Equal("Tls12", port.Snapshot.Tls);
    }

    [Fact]
    public async Task Without_a_common_version_the_handshake_fails()
    {
        await using var port = NewPort("telnets", "", tlsProtocols: SslProtocols.Tls13);
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        var server = new SslStream(proxy.Stream);
        var options = new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = SslProtocols.Tls12 };
        await Assert.ThrowsAnyAsync<AuthenticationException>(() => server.AuthenticateAsServerAsync(options).WaitAsync(Patience));
        await server.DisposeAsync();

        var snapshot = await Until(port, VirtualSerialPortState.Lost);

        Assert.Equal(LinkEnd.TlsFailed, snapshot.LastEnd);
    }

    [Fact]
    public async Task A_proxy_that_speaks_telnet_where_tls_is_due_fails_the_handshake()
    {
        await using var port = NewPort("telnets", "");
        port.Connect();
        await using (var proxy = await _proxy.AcceptAsync())
        {
            Assert.Equal(0x16, (await proxy.ReadAsync(1))[0]);
            await proxy.SendAsync("FF FB 00 FF FB 03 FF FB 01 FF FD 00 FF FD 03 FF FD E8");
        }

        var snapshot = await Until(port, VirtualSerialPortState.Lost);

        Assert.Equal(LinkEnd.TlsFailed, snapshot.LastEnd);
        Assert.NotNull(snapshot.NextAttempt);
    }

    [Fact]
    public async Task A_proxy_without_tls_is_refused_where_the_uri_asks_for_it()
    {
        await using var port = NewPort("telnet", "#thumbprint=" + new string('A', 40));
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FD E8 FF FE 25");

        var snapshot = await Until(port, VirtualSerialPortState.Refused);

        Assert.Equal(LinkEnd.TlsNotOffered, snapshot.LastEnd);
        await proxy.ExpectEndAsync();
    }

    [Fact]
    public async Task A_rejected_start_goes_on_in_plaintext_with_what_was_held()
    {
        await using var port = NewPort("telnet", "");
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FD 25 FF FA 25 01 07 00 FF F0");
        await proxy.ExpectAsync("FF FA 25 00 07 00 01 FF F0");
        await proxy.SendAsync("FF FB 01 FF FA E8 51 FF F0");
        await proxy.SendAsync("FF FA 25 02 07 00 03 FF F0");

        await proxy.ExpectAsync("FF FD 01 FF FA E8 50 \"01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00\" FF F0");
        await proxy.ServeSecuredAsync();
        await Until(port, VirtualSerialPortState.Connected);
        Assert.Null(port.Snapshot.Tls);
    }

    [Fact]
    public async Task Nothing_is_sent_in_plaintext_between_start_and_tls()
    {
        await using var port = NewPort("telnet", "");
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FD 25 FF FA 25 01 07 00 FF F0 FF FB 01 FF FA E8 53 FF F0 FF FA 25 02 07 00 02 FF F0");
        await proxy.ExpectAsync("FF FA 25 00 07 00 01 FF F0");

        await SecureAsync(proxy, _certificate);

        await proxy.ExpectAsync("FF FD 01 FF FA E8 52 \"vm-00000\" FF F0");
        await proxy.ServeSecuredAsync();
        await Until(port, VirtualSerialPortState.Connected);
    }

    [Fact]
    public async Task A_proxy_that_accepts_tls_and_never_shakes_hands_is_given_up()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var port = NewPort("telnet", "", time: time);
        port.Connect();
        await using var proxy = await _proxy.AcceptAsync();
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FD 25 FF FA 25 01 07 00 FF F0 FF FA 25 02 07 00 02 FF F0");
        await proxy.ExpectAsync("FF FA 25 00 07 00 01 FF F0 16");
        time.Advance(port.Options.ConnectTimeout);

        var snapshot = await Until(port, VirtualSerialPortState.Lost);

        Assert.Equal(LinkEnd.TlsFailed, snapshot.LastEnd);
    }

    [Fact]
    public async Task Over_tcp_tls_in_band_carries_much_both_ways()
    {
        using var listener = new LoopbackListener();
        var uri = ProxyUri.Parse($"telnet://127.0.0.1:{listener.Port}#thumbprint={Thumbprint.Sha1(_certificate)}");
        await using var port = new VirtualSerialPort(MachineProtocolTests.Options with { ProxyUri = uri });
        port.Connect();
        await using var proxy = await listener.AcceptPeerAsync();
        await UpgradeAsync(proxy, _certificate);
        await proxy.ServeSecuredAsync();
        await Until(port, VirtualSerialPortState.Connected);
        var data = new byte[500_000];
        for (var i = 0; i < data.Length; i++)
            data[i] = (byte)(i % 255);

        var sending = proxy.SendAsync(data);
        var writing = port.WriteAsync(data, CancellationToken.None).AsTask();
        Assert.Equal(data, await proxy.ReadAsync(data.Length));
        var read = new byte[data.Length];
        for (var at = 0; at < read.Length;)
            at += await port.ReadAsync(read.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.Equal(data, read);
        await sending.WaitAsync(Patience);
        await writing.WaitAsync(Patience);

        var closing = port.DisconnectAsync();
        await proxy.ExpectEndAsync();
        await proxy.DisposeAsync();
        await closing.WaitAsync(Patience);
    }

    private static async Task SecureAsync(ScriptedPeer proxy, X509Certificate2 certificate)
    {
        var tls = new SslStream(proxy.Stream);
        await tls.AuthenticateAsServerAsync(certificate).WaitAsync(Patience);
        proxy.Replace(tls);
    }

    private static async Task UpgradeAsync(ScriptedPeer proxy, X509Certificate2 certificate)
    {
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FD 25 FF FA 25 01 07 00 FF F0");
        await proxy.ExpectAsync("FF FA 25 00 07 00 01 FF F0");
        await proxy.SendAsync("FF FA 25 02 07 00 02 FF F0");
        await SecureAsync(proxy, certificate);
    }

    private static Task<VirtualSerialPortSnapshot> Until(VirtualSerialPort port, VirtualSerialPortState state) =>
        port.WaitForAsync(snapshot => snapshot.State == state).WaitAsync(Patience);

    private VirtualSerialPort NewPort(
        string scheme,
        string parameters,
        X509Certificate2? root = null,
        SslProtocols tlsProtocols = SslProtocols.None,
        TimeProvider? time = null) => new(
        MachineProtocolTests.Options with
        {
            ProxyUri = ProxyUri.Parse($"{scheme}://127.0.0.1:13370{parameters}"),
            Connector = _proxy.ConnectAsync,
            TrustedRoots = root is null ? null : [X509CertificateLoader.LoadCertificate(root.RawData)],
            TlsProtocols = tlsProtocols,
        },
        time);

    private async Task<ScriptedPeer> ServeAsync(VirtualSerialPort port, string scheme, X509Certificate2 certificate)
    {
        port.Connect();
        var proxy = await _proxy.AcceptAsync();
        if (scheme == "telnet")
            await UpgradeAsync(proxy, certificate);
        else
            await SecureAsync(proxy, certificate);
        await proxy.ServeSecuredAsync();
        await Until(port, VirtualSerialPortState.Connected);
        return proxy;
    }

    private async Task<string> RefuseAsync(VirtualSerialPort port, string scheme, X509Certificate2 certificate)
    {
        port.Connect();
        var proxy = await _proxy.AcceptAsync();
        try
        {
            if (scheme == "telnet")
                await UpgradeAsync(proxy, certificate);
            else
                await SecureAsync(proxy, certificate);
            await proxy.ReadToEndAsync();
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // The machine walks away in the middle of the handshake, or just after it (TLS 1.3).
        }

        var snapshot = await Until(port, VirtualSerialPortState.Refused);
        Assert.Equal(LinkEnd.NotVerified, snapshot.LastEnd);
        await proxy.DisposeAsync();
        return snapshot.LastReason!;
    }
}
