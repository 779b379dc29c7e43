using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Links;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

public sealed class CertificateStoreTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly EventRecorder _events = new();
    private readonly LinkOptions _options = new();

    private string State => _directory["state"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_first_start_makes_a_certificate_that_later_starts_keep()
    {
        var first = Open().Current;
        var second = Open().Current;
        Assert.Equal(first.Leaf.RawData, second.Leaf.RawData);
        Assert.Single(_events.Events, e => e.Id == 180);
        Assert.Equal(Path.Combine(State, "certificate.pem"), first.Origin);
    }

    [Fact]
    public void The_made_certificate_is_RSA_for_old_hosts_signs_itself_and_lasts_ten_years()
    {
        var leaf = Open().Current.Leaf;
        using var key = leaf.GetRSAPrivateKey();
        Assert.Equal(2048, key!.KeySize);
        Assert.Equal(leaf.Subject, leaf.Issuer);
        Assert.Equal("1.2.840.113549.1.1.11", leaf.SignatureAlgorithm.Value);
        var now = _time.GetUtcNow().UtcDateTime;
        Assert.InRange(leaf.NotAfter.ToUniversalTime(), now.AddYears(10).AddSeconds(-1), now.AddYears(10));
        Assert.True(leaf.NotBefore.ToUniversalTime() <= now.AddHours(-23));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void The_made_certificate_names_this_machine(string name)
    {
        Assert.True(Open().Current.Leaf.MatchesHostname(name, allowCommonName: false));
    }

    [Fact]
    public void Thumbprints_are_upper_case_hex_pairs_joined_by_colons()
    {
        var current = Open().Current;
        Assert.Matches("^([0-9A-F]{2}:){19}[0-9A-F]{2}$", current.Sha1Thumbprint);
        Assert.Matches("^([0-9A-F]{2}:){31}[0-9A-F]{2}$", current.Sha256Thumbprint);
        Assert.Equal(current.Leaf.Thumbprint, current.Sha1Thumbprint.Replace(":", "", StringComparison.Ordinal));
        Assert.Equal(Convert.ToHexString(SHA256.HashData(current.Leaf.RawData)), current.Sha256Thumbprint.Replace(":", "", StringComparison.Ordinal));
        var loaded = Assert.Single(_events.Events, e => e.Id == 181);
        Assert.Contains(current.Sha1Thumbprint, loaded.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_owner_may_read_the_key()
    {
        Open();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(State, "certificate.pem")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(State));
        Assert.Single(Directory.GetFileSystemEntries(State));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_given_certificate_is_used_RSA_or_ECDSA_with_the_key_beside_or_inside(bool ecdsa, bool inside)
    {
        var expected = Give(ecdsa, inside);
        var store = Open();
        Assert.Equal(expected, store.Current.Leaf.RawData);
        Assert.True(store.Current.Leaf.HasPrivateKey);
        Assert.False(Directory.Exists(State));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_client_shakes_hands_with_each_version_allowed(SslProtocols version)
    {
        var store = Open();
        var (negotiated, thumbprint) = await ShakeHandsAsync(store.Current, version);
        Assert.Equal(version, negotiated);
        Assert.Equal(store.Current.Leaf.Thumbprint, thumbprint);
    }

    [Fact]
    public async Task A_version_not_allowed_is_refused()
    {
        _options.TlsVersions = SslProtocols.Tls13;
        var current = Open().Current;
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(current, SslProtocols.Tls12));
    }

#pragma warning disable CA5397, SYSLIB0039, SYSLIB0040 // What the hosts of vSphere 4.1 to 5.x speak.
    [Theory]
    [InlineData(SslProtocols.Tls)]
    [InlineData(SslProtocols.Tls11)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Old_versions_work_once_they_are_chosen_and_never_without_encryption(SslProtocols version)
    {
        _options.TlsVersions |= SslProtocols.Tls | SslProtocols.Tls11;
        var (negotiated, _) = await ShakeHandsAsync(Open().Current, version);
        Assert.Equal(version, negotiated);
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(Open().Current, version, EncryptionPolicy.NoEncryption));
    }
#pragma warning restore CA5397, SYSLIB0039, SYSLIB0040

    [Fact]
    public async Task Intermediates_in_the_file_are_sent_along()
    {
        using var rootKey = RSA.Create(2048);
        var rootRequest = new CertificateRequest("CN=Root", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(90));
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=console.example", leafKey, HashAlgorithmName.SHA256);
        var pattern = X509SignatureGenerator.CreateForRSA(rootKey, RSASignaturePadding.Pkcs1);
        using var leaf = request.Create(root.SubjectName, pattern, _time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(60), [1, 2, 3]);
        File.WriteAllText(
            _directory["chain.pem"], leaf.ExportCertificatePem() + "\n" + root.ExportCertificatePem() + "\n" + leafKey.ExportPkcs8PrivateKeyPem());
        _options.Certificate = _directory["chain.pem"];

        var sent = 0;
        await ShakeHandsAsync(Open().Current, SslProtocols.Tls12, chain: chain => sent = chain.ChainPolicy.ExtraStore.Count);
        Assert.True(sent >= 1);
    }

    [Fact]
    public void A_reload_takes_the_new_certificate_and_old_handshakes_keep_theirs()
    {
        Give(false, false);
        var store = Open();
        var before = store.Current;
        var expected = Give(true, false);
        Assert.True(store.Reload());
        Assert.Equal(expected, store.Current.Leaf.RawData);
        Assert.True(before.Leaf.HasPrivateKey);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("garbage")]
    [InlineData("other key")]
    [InlineData("no key")]
    [InlineData("directory")]
    public void A_reload_keeps_the_old_certificate_when_the_new_one_cannot_be_used_and_says_so(string damage)
    {
        Give(false, false);
        var store = Open();
        var before = store.Current;
        Damage(damage);
        Assert.False(store.Reload());
        Assert.Same(before, store.Current);
        var refused = Assert.Single(_events.Events, e => e.Id == 182);
        Assert.Equal(LogLevel.Error, refused.Level);
        Assert.Contains(_options.Certificate!, refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("garbage")]
    [InlineData("other key")]
    [InlineData("no key")]
    [InlineData("directory")]
    public void A_given_certificate_that_cannot_be_used_at_start_is_an_error_that_names_the_files_and_keys(string damage)
    {
        Give(false, false);
        Damage(damage);
        var e = Assert.Throws<CertificateException>(Open);
        Assert.Contains(_options.Certificate!, e.Message, StringComparison.Ordinal);
        Assert.Contains("vm.certificate", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kept_certificate_that_cannot_be_read_is_never_replaced_as_machines_pin_it()
    {
        Open();
        File.WriteAllText(Path.Combine(State, "certificate.pem"), "half a");
        var e = Assert.Throws<CertificateException>(Open);
        Assert.Contains("backup", e.Message, StringComparison.Ordinal);
        Assert.Equal("half a", File.ReadAllText(Path.Combine(State, "certificate.pem")));
    }

    [Fact]
    public void A_state_directory_that_cannot_be_written_says_what_to_do()
    {
        File.WriteAllText(State, "in the way");
        var e = Assert.Throws<StateDirectoryException>(Open);
        Assert.Contains(State, e.Message, StringComparison.Ordinal);
        Assert.Contains("--state", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_expires_soon_is_warned_of()
    {
        Give(false, false);
        Open();
        Assert.DoesNotContain(_events.Events, e => e.Id == 183);
        _time.Advance(TimeSpan.FromDays(40));
        var store = Open();
        Assert.Single(_events.Events, e => e.Id == 183);
        Assert.InRange(store.Current.Expires - _time.GetUtcNow(), TimeSpan.FromDays(19), TimeSpan.FromDays(21));
    }

    private CertificateStore Open() => new(_options, State, _time, _events);

    private byte[] Give(bool ecdsa, bool inside)
    {
        using AsymmetricAlgorithm key = ecdsa ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        var request = key is RSA rsa
            ? new CertificateRequest("CN=given", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=given", (ECDsa)key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(60));
        _options.Certificate = _directory["given.pem"];
        _options.Key = inside ? null : _directory["given.key"];
        File.WriteAllText(_options.Certificate, certificate.ExportCertificatePem() + "\n");
        if (!inside)
            File.Delete(_options.Key!);
        File.AppendAllText(_options.Key ?? _options.Certificate, key.ExportPkcs8PrivateKeyPem() + "\n");
        return certificate.RawData;
    }

    private void Damage(string damage)
    {
        switch (damage)
        {
            case "missing":
                File.Delete(_options.Certificate!);
                break;
            case "garbage":
                File.WriteAllText(_options.Certificate!, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
                break;
            case "other key":
                using (var other = RSA.Create(2048))
                    File.WriteAllText(_options.Key!, other.ExportPkcs8PrivateKeyPem());
                break;
            case "no key":
                File.WriteAllText(_options.Key!, "");
                break;
            default:
                File.Delete(_options.Certificate!);
                Directory.CreateDirectory(_options.Certificate!);
                break;
        }
    }

    private static async Task<(SslProtocols Version, string Thumbprint)> ShakeHandsAsync(
        ServerCertificate certificate,
        SslProtocols version,
        EncryptionPolicy policy = EncryptionPolicy.RequireEncryption,
        Action<X509Chain>? chain = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        var connecting = client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
        using var server = await listener.AcceptTcpClientAsync().WaitAsync(Limit);
        await connecting.WaitAsync(Limit);
        await using var serverTls = new SslStream(server.GetStream());
        await using var clientTls = new SslStream(client.GetStream());
        var serving = ServeAsync();
        var thumbprint = "";
#pragma warning disable CA5359, SYSLIB0040 // A test looks at the certificate itself.
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = version,
            RemoteCertificateValidationCallback = (_, shown, built, _) =>
            {
                thumbprint = shown!.GetCertHashString();
                chain?.Invoke(built!);
                return true;
            },
            // .NET has no old versions at its default security level on the client's side either.
            EncryptionPolicy = version >= SslProtocols.Tls12 && policy == EncryptionPolicy.RequireEncryption
                ? policy
                : policy == EncryptionPolicy.RequireEncryption ? EncryptionPolicy.AllowNoEncryption : policy,
        };
#pragma warning restore CA5359, SYSLIB0040
        try
        {
            await clientTls.AuthenticateAsClientAsync(options).WaitAsync(Limit);
            await clientTls.WriteAsync("hello"u8.ToArray()).AsTask().WaitAsync(Limit);
        }
        catch
        {
            client.Close();
            await serving.WaitAsync(Limit);
            throw;
        }

        var read = await serving.WaitAsync(Limit);
        Assert.Equal("hello"u8.ToArray(), read);
        return (clientTls.SslProtocol, thumbprint);

        async Task<byte[]?> ServeAsync()
        {
            try
            {
                await serverTls.AuthenticateAsServerAsync(certificate.Options);
                var buffer = new byte[5];
                await serverTls.ReadExactlyAsync(buffer);
                return buffer;
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                server.Close();
                return null;
            }
        }
    }
}
