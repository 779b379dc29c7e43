using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Testing;
using Portside.VSphere.Client;

namespace Portside.VSphere.Tests.Client;

/// <summary>What is decided about certificates, over real TLS.</summary>
public sealed class CertificateCheckTests
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(ForServers, true)]
    [InlineData(ForClients, false)]
    public async Task An_authority_of_a_file_is_believed_about_servers_only(string purpose, bool isBelieved)
    {
        using var authority = TestCertificates.Authority("the authority");
        using var certificate = TestCertificates.SignedBy(
            authority, "CN=vcenter", ["127.0.0.1"], new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        await using var server = new ScriptedVimServer(certificate);
        if (isBelieved)
        {
            await using var session = await ConnectAsync(server, ServerTrust.By(new X509Certificate2Collection(authority)));
            Assert.Equal(1, server.Logins);
            return;
        }

        var refusal = await Assert.ThrowsAsync<VSphereCertificateException>(() => ConnectAsync(server, ServerTrust.By(new X509Certificate2Collection(authority))));
        Assert.Contains("no authority of the file vouches for", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(server.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_is_fetched_from_where_a_certificate_says(int how)
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        using var authority = TestCertificates.Authority("the authority of nobody");
        using var certificate = TestCertificates.SignedBy(
            authority, "CN=vcenter", ["127.0.0.1"], new X509AuthorityInformationAccessExtension([], [$"http://{elsewhere.LocalEndpoint}/authority.crt"]));
        using var another = TestCertificates.Authority("another authority");
        await using var server = new ScriptedVimServer(certificate);
        var trust = how switch
        {
            0 => ServerTrust.System,
            1 => ServerTrust.By(new X509Certificate2Collection(another)),
            _ => ServerTrust.Pinned(Convert.ToHexString(SHA256.HashData(certificate.RawData))),
        };
        if (how == 2)
        {
            await using var session = await ConnectAsync(server, trust);
            Assert.Equal(1, server.Logins);
        }
        else
        {
            await Assert.ThrowsAsync<VSphereCertificateException>(() => ConnectAsync(server, trust));
        }

        Assert.False(elsewhere.Pending());
    }

    [Fact]
    public void What_was_refused_is_forgotten_once_a_certificate_is_believed()
    {
        using var right = TestCertificates.SelfSigned("vcenter.example");
        using var wrong = TestCertificates.SelfSigned("vcenter.example");
        var check = new CertificateCheck(new Uri("https://vcenter.example/sdk"), ServerTrust.Pinned(Convert.ToHexString(SHA256.HashData(right.RawData))));
        Assert.False(check.Accepts(this, wrong, null, default));
        Assert.NotNull(check.Refusal);
        Assert.True(check.Accepts(this, right, null, default));
        Assert.Null(check.Refusal);
    }

    private static Task<VSphereSession> ConnectAsync(ScriptedVimServer server, ServerTrust trust) => VSphereSession.ConnectAsync(
        new VSphereOptions { Url = server.Url, UserName = "alice", Password = "secret", Trust = trust }).WaitAsync(Patience);
}
