using System.Security.Cryptography.X509Certificates;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Testing;

namespace Portside.Lines.Tests.Tls;

/// <summary>Each verification parameter, right and wrong, with real TLS from the first byte and in band.</summary>
public sealed class VerificationTests : IAsyncLifetime
{
    private readonly X509Certificate2 _own = TestCertificates.SelfSigned("console.example");
    private readonly X509Certificate2 _other = TestCertificates.SelfSigned("console.example");
    private readonly X509Certificate2 _authority = TestCertificates.Authority("Test authority");
    private readonly X509Certificate2 _signed;
    private readonly X509Certificate2 _expired;
    private readonly List<LineListener> _listeners = [];

    public VerificationTests()
    {
        _signed = TestCertificates.SignedBy(_authority, "console.example");
        _expired = TestCertificates.SignedBy(
            _authority, "console.example", TimeProvider.System.GetUtcNow().AddDays(-9), TimeProvider.System.GetUtcNow().AddDays(-2));
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
            await listener.DisposeAsync();
        foreach (var certificate in new[] { _own, _other, _authority, _signed, _expired })
            certificate.Dispose();
    }

    [Theory]
    [InlineData("ssl")]
    [InlineData("tcp4+ssl")]
    [InlineData("telnets")]
    [InlineData("telnet")]
    [InlineData("rfc2217")]
    public async Task The_right_thumbprint_is_accepted_and_a_wrong_one_is_shown(string scheme)
    {
        foreach (var hash in new Func<X509Certificate2, string>[] { Thumbprint.Sha1, Thumbprint.Sha256 })
        {
            await AcceptedAsync(scheme, $"#thumbprint={Thumbprint.Format(hash(_own))}", _own);
            var refusal = await RefusedAsync(scheme, $"#thumbprint={hash(_other)}", _own);

            Assert.Contains(Thumbprint.Format(hash(_other)), refusal, StringComparison.Ordinal);
            Assert.Contains($"the remote system shows SHA-1 {Thumbprint.Format(Thumbprint.Sha1(_own))}", refusal, StringComparison.Ordinal);
            Assert.Contains($"write #thumbprint={Thumbprint.Format(hash(_own))}", refusal, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ssl")]
    [InlineData("telnet")]
    public async Task The_certificate_of_the_uri_is_accepted_and_another_is_not(string scheme)
    {
        var parameter = $"#certificate={Uri.EscapeDataString(_own.ExportCertificatePem())}";
        await AcceptedAsync(scheme, parameter, _own);

        var refusal = await RefusedAsync(scheme, parameter, _other);

        Assert.Contains("is not the one the URI holds", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#verify&peerName=console.example", null)]
    [InlineData("#peerName=CONSOLE.example", null)]
    [InlineData("#verify&peerName=other.example", "does not carry the name 'other.example': it is for console.example")]
    [InlineData("#verify", "does not carry the name '127.0.0.1'")]
    public async Task A_trusted_authority_and_the_name_decide(string parameters, string? refused)
    {
        foreach (var scheme in new[] { "ssl", "telnets", "telnet" })
        {
            if (refused is null)
                await AcceptedAsync(scheme, parameters, _signed);
            else
                Assert.Contains(refused, await RefusedAsync(scheme, parameters, _signed), StringComparison.Ordinal);
        }
    }

    /// <summary>Where a certificate lists names, its common name is no further one (RFC 6125 §6.4.4), unless the URI names the subject itself.</summary>
    [Theory]
    [InlineData("CN=127.0.0.1", true)]
    [InlineData("OU=other.example,O=127.0.0.1", true)]
    [InlineData("OU=console.example", false)]
    public async Task What_stands_elsewhere_in_a_certificate_is_not_its_name(string subject, bool byHost)
    {
        using var certificate = TestCertificates.SignedBy(_authority, subject, ["other.example"]);

        var refusal = await RefusedAsync("ssl", byHost ? "#verify" : "#peerName=console.example", certificate);

        Assert.Contains("does not carry the name", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_authority_is_refused() =>
        Assert.Contains("no trusted authority signed it", await RefusedAsync("ssl", "#verify&peerName=console.example", _own), StringComparison.Ordinal);

    [Fact]
    public async Task An_expired_certificate_is_refused() =>
        Assert.Contains("it is valid from", await RefusedAsync("ssl", "#peerName=console.example", _expired), StringComparison.Ordinal);

    [Fact]
    public async Task A_pin_asks_for_no_authority_but_for_the_name_if_one_is_given()
    {
        var pin = $"#thumbprint={Thumbprint.Sha1(_own)}";
        await AcceptedAsync("ssl", $"{pin}&peerName=console.example", _own);

        Assert.Contains("'other'", await RefusedAsync("ssl", $"{pin}&peerName=other", _own), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ciphers_without_one_in_common_are_no_tls()
    {
        await AcceptedAsync("ssl", "#cipherList=TLS_AES_256_GCM_SHA384", _own, "#cipherList=TLS_AES_256_GCM_SHA384");

        var failure = await FailedAsync("ssl", "#cipherList=TLS_AES_256_GCM_SHA384", _own, "#cipherList=TLS_AES_128_GCM_SHA256");
        Assert.Equal(DialFailure.TlsFailed, failure.Failure);
    }

    [Fact]
    public async Task A_peer_that_speaks_no_tls_is_no_peer()
    {
        using var listener = new LoopbackListener();
        var dialling = LineRig.Dialer().DialAsync(NetworkUri.Parse($"ssl://127.0.0.1:{listener.Port}"), CancellationToken.None);
        await using var peer = await listener.AcceptAsync();
        await peer.WriteAsync("SSH-2.0-console\r\n"u8.ToArray());

        var failure = await Assert.ThrowsAsync<DialException>(() => dialling.WaitAsync(LineRig.Patience));

        Assert.Equal(DialFailure.TlsFailed, failure.Failure);
        Assert.StartsWith($"No TLS with ssl://127.0.0.1:{listener.Port}: ", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A listener's parameters are about who connects: without a certificate nobody gets in.</summary>
    [Theory]
    [InlineData("ssl")]
    [InlineData("telnet")]
    public async Task A_listener_that_checks_turns_away_who_shows_nothing(string scheme)
    {
        var listener = Listen(scheme, _own, $"#thumbprint={Thumbprint.Sha256(_other)}");
        var away = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.OnTurnedAway = (_, reason) => away.TrySetResult(reason);
        try
        {
            // With TLS 1.3 a client may think that it is in before it is turned away.
            await using var line = await LineRig.DialAsync(listener, scheme);
            await line.ReadAsync(new byte[1], CancellationToken.None).AsTask().WaitAsync(LineRig.Patience);
        }
        catch (IOException)
        {
            // That is how it is told.
        }

        Assert.Equal("The remote system showed no certificate.", await away.Task.WaitAsync(LineRig.Patience));
        Assert.Equal(0, listener.Remotes);
    }

    private LineListener Listen(string scheme, X509Certificate2 certificate, string parameters)
    {
        var listener = LineRig.Listeners(certificate).Open(NetworkUri.Parse($"{scheme}://127.0.0.1:0{parameters}"), "test");
        _listeners.Add(listener);
        return listener;
    }

    private async Task AcceptedAsync(string scheme, string parameters, X509Certificate2 shown, string serverParameters = "")
    {
        var listener = Listen(scheme, shown, serverParameters);
        await using var near = await LineRig.DialAsync(listener, scheme, parameters, LineRig.Dialer(roots: [_authority]));
        await using var far = await LineRig.AcceptAsync(listener);
        await near.WriteAsync("key"u8.ToArray(), CancellationToken.None);
        Assert.Equal("key", await LineRig.ReadTextAsync(far, 3));
        Assert.NotNull(near.Tls);
    }

    private async Task<string> RefusedAsync(string scheme, string parameters, X509Certificate2 shown)
    {
        var failure = await FailedAsync(scheme, parameters, shown, "");
        Assert.Equal(DialFailure.NotVerified, failure.Failure);
        return failure.Message;
    }

    private async Task<DialException> FailedAsync(string scheme, string parameters, X509Certificate2 shown, string serverParameters)
    {
        var listener = Listen(scheme, shown, serverParameters);
        return await Assert.ThrowsAsync<DialException>(
            () => LineRig.DialAsync(listener, scheme, parameters, LineRig.Dialer(roots: [_authority])));
    }
}
