using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portside.Testing;

/// <summary>Certificates for tests, with their keys, usable by a TLS server on every platform. Dispose them.</summary>
public static class TestCertificates
{
    /// <summary>A certificate that signed itself.</summary>
    /// <param name="name">Its common name and only DNS name.</param>
    /// <param name="notBefore">From when it is valid; null for yesterday.</param>
    /// <param name="notAfter">Until when; null for tomorrow.</param>
    /// <returns>The certificate with its key.</returns>
    public static X509Certificate2 SelfSigned(string name, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request(name, key).CreateSelfSigned(
            notBefore ?? TimeProvider.System.GetUtcNow().AddDays(-1),
            notAfter ?? TimeProvider.System.GetUtcNow().AddDays(1));
        return Reload(certificate);
    }

    /// <summary>An authority's certificate.</summary>
    /// <param name="name">Its common name.</param>
    /// <returns>The certificate with its key.</returns>
    public static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddYears(-10),
            TimeProvider.System.GetUtcNow().AddYears(10));
        return Reload(certificate);
    }

    /// <summary>A certificate an authority signed.</summary>
    /// <param name="authority">The authority, with its key.</param>
    /// <param name="name">Its common name and only DNS name.</param>
    /// <param name="notBefore">From when it is valid; null for yesterday.</param>
    /// <param name="notAfter">Until when; null for tomorrow.</param>
    /// <returns>The certificate with its key.</returns>
    public static X509Certificate2 SignedBy(
        X509Certificate2 authority,
        string name,
        DateTimeOffset? notBefore = null,
        DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = Request(name, key).Create(
            authority,
            notBefore ?? TimeProvider.System.GetUtcNow().AddDays(-1),
            notAfter ?? TimeProvider.System.GetUtcNow().AddDays(1),
            RandomNumberGenerator.GetBytes(8));
        using var certificate = bare.CopyWithPrivateKey(key);
        return Reload(certificate);
    }

    /// <summary>A certificate an authority signed, valid today, whose subject and names are two things.</summary>
    /// <param name="authority">The authority, with its key.</param>
    /// <param name="subject">Its subject, such as <c>CN=console</c>.</param>
    /// <param name="names">Its DNS names and addresses.</param>
    /// <param name="extensions">What else is in it, such as what it is for.</param>
    /// <returns>The certificate with its key.</returns>
    public static X509Certificate2 SignedBy(X509Certificate2 authority, string subject, IEnumerable<string> names, params IEnumerable<X509Extension> extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(subject, names, key);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        using var bare = request.Create(
            authority,
            TimeProvider.System.GetUtcNow().AddDays(-1),
            TimeProvider.System.GetUtcNow().AddDays(1),
            RandomNumberGenerator.GetBytes(8));
        using var certificate = bare.CopyWithPrivateKey(key);
        return Reload(certificate);
    }

    private static CertificateRequest Request(string name, ECDsa key) => Request($"CN={name}", [name], key);

    private static CertificateRequest Request(string subject, IEnumerable<string> alternatives, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in alternatives)
        {
            if (IPAddress.TryParse(name, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static X509Certificate2 Reload(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
}
