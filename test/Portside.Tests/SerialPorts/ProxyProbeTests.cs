using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Portside.Host.Proxies;
using Portside.SerialPorts;
using Portside.Testing;

namespace Portside.Tests.SerialPorts;

/// <summary>A look at a concentrator, against one that lays traps.</summary>
public sealed class ProxyProbeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Nothing_is_fetched_from_where_a_certificate_says()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        using var authority = TestCertificates.Authority("the authority of nobody");
        using var certificate = TestCertificates.SignedBy(
            authority, "CN=concentrator", ["127.0.0.1"], new X509AuthorityInformationAccessExtension([], [$"http://{elsewhere.LocalEndpoint}/authority.crt"]));
        using var concentrator = new TcpListener(IPAddress.Loopback, 0);
        concentrator.Start();
        var serving = ServeAsync(concentrator, certificate);
        Assert.True(ProxyUri.TryParse($"telnets://{concentrator.LocalEndpoint}", out var uri, out _));
        var results = await ProxyProbe.AskAsync(uri, Patience, new FakeTimeProvider(), default).WaitAsync(Patience);
        await serving.WaitAsync(Patience);
        Assert.Equal(("certificate", "ok"), (results[^1].Check, results[^1].Result));
        Assert.False(elsewhere.Pending());
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
        });
        var buffer = new byte[16];
        try
        {
            while (await tls.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // It leaves without TLS's farewell.
        }
    }
}
