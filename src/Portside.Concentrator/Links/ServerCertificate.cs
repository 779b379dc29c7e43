using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portside.Concentrator.Links;

/// <summary>One certificate with its key and chain, ready for handshakes. It never changes; a reload makes another.</summary>
public sealed class ServerCertificate
{
    // What new and old hosts have in common with OpenSSL's defaults: forward secrecy first, then the RSA key exchange.
    private static readonly TlsCipherSuite[] SuitesForOldHosts =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA,
    ];

    internal ServerCertificate(X509Certificate2 leaf, X509Certificate2Collection chain, SslProtocols versions, string origin)
    {
        Leaf = leaf;
        Origin = origin;
        Sha1Thumbprint = Pairs(leaf.GetCertHash(HashAlgorithmName.SHA1));
        Sha256Thumbprint = Pairs(leaf.GetCertHash(HashAlgorithmName.SHA256));
        Expires = new DateTimeOffset(leaf.NotAfter.ToUniversalTime());
        // Offline: a handshake must never wait for somebody's web server.
        Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        Options = ServerOptions(Context, versions);
    }

    /// <summary>The certificate itself, with its private key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Certificate and chain as <see cref="SslStream"/> wants them; shared by all handshakes.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>What a handshake as server needs: this certificate, the versions allowed, no client certificate. Not to be changed.</summary>
    public SslServerAuthenticationOptions Options { get; }

    /// <summary>The file it came from.</summary>
    public string Origin { get; }

    /// <summary>SHA-1 of the certificate, 20 upper-case hex pairs joined by <c>:</c>, the form a proxy URI's <c>thumbprint=</c> is known to take.</summary>
    public string Sha1Thumbprint { get; }

    /// <summary>SHA-256 of the certificate, 32 upper-case hex pairs joined by <c>:</c>.</summary>
    public string Sha256Thumbprint { get; }

    /// <summary>When it ends to be valid, in UTC.</summary>
    public DateTimeOffset Expires { get; }

    private static SslServerAuthenticationOptions ServerOptions(SslStreamCertificateContext context, SslProtocols versions)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context,
            EnabledSslProtocols = versions,
            ClientCertificateRequired = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowRenegotiation = false,
        };
#pragma warning disable CS0618, SYSLIB0039, SYSLIB0040, CA5397 // Old hosts speak nothing newer; it takes the operator's explicit choice.
        if ((versions & (SslProtocols.Tls | SslProtocols.Tls11)) != 0)
        {
            // OpenSSL 3 has TLS 1.0 and 1.1 at security level 0 only, and this is how .NET asks for that level. Alone it
            // would let in suites without encryption too, so the suites are named.
            options.EncryptionPolicy = EncryptionPolicy.AllowNoEncryption;
            if (OperatingSystem.IsLinux())
                options.CipherSuitesPolicy = new CipherSuitesPolicy(SuitesForOldHosts);
        }
#pragma warning restore CS0618, SYSLIB0039, SYSLIB0040, CA5397

        return options;
    }

    private static string Pairs(byte[] hash) => string.Join(':', hash.Select(static b => b.ToString("X2", null)));
}
