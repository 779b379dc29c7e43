using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Host.Storage;

namespace Portside.Host.Api;

/// <summary>The certificate that a host shows to its API's clients: the operator's, or one made and kept.</summary>
public sealed class HostCertificate : IDisposable
{
    private const string KeptAs = "host-certificate.pem";

    private HostCertificate(X509Certificate2 leaf, X509Certificate2Collection chain, string? file)
    {
        (Leaf, Chain, File) = (leaf, chain, file);
        Sha1Thumbprint = Pairs(leaf.GetCertHash(HashAlgorithmName.SHA1));
        Sha256Thumbprint = Pairs(leaf.GetCertHash(HashAlgorithmName.SHA256));
    }

    /// <summary>The certificate with its private key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Certificates above it that are sent along.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>The file it came from; null for one that is in none.</summary>
    public string? File { get; }

    /// <summary>SHA-1 of the certificate, 20 upper-case hex pairs joined by <c>:</c>, as <c>govc</c> and vSphere pin it.</summary>
    public string Sha1Thumbprint { get; }

    /// <summary>SHA-256 of the certificate, 32 upper-case hex pairs joined by <c>:</c>.</summary>
    public string Sha256Thumbprint { get; }

    /// <summary>Loads the operator's certificate.</summary>
    /// <param name="certificate">PEM file with the certificate and its chain, and with the key if it has no file of its own.</param>
    /// <param name="key">PEM file with the unencrypted key; null if it is in the first.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="HostCertificateException">It cannot be used.</exception>
    public static HostCertificate Load(string certificate, string? key)
    {
        X509Certificate2? leaf = null;
        try
        {
            RegularFile.Check(certificate);
            if (key is not null)
                RegularFile.Check(key);
            leaf = X509Certificate2.CreateFromPemFile(certificate, key);
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(certificate);
            return new HostCertificate(leaf, [.. all.Skip(1)], certificate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            leaf?.Dispose();
            throw new HostCertificateException($"The certificate {certificate}{(key is null ? "" : $" with the key in {key}")} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Loads the certificate that was made before and kept in a directory, or makes it there.</summary>
    /// <param name="directory">An existing directory; null for a certificate that lives as long as the program.</param>
    /// <param name="addresses">Addresses it names besides the loopback's.</param>
    /// <param name="time">The clock for its validity: ten years from now.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="HostCertificateException">It cannot be used, or not be kept.</exception>
    public static HostCertificate LoadOrMake(string? directory, IEnumerable<IPAddress> addresses, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (directory is null)
            return new HostCertificate(X509Certificate2.CreateFromPem(Make(addresses, time, out var key), key), [], file: null);
        var file = Path.Combine(directory, KeptAs);
        if (!System.IO.File.Exists(file))
            Keep(file, Make(addresses, time, out var made) + "\n" + made + "\n");
        return Load(file, key: null);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => Leaf.Dispose();

    private static void Keep(string file, string pem)
    {
        // Whole or not at all, and readable for us alone: it holds the key.
        var draft = file + ".new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var writer = new StreamWriter(new FileStream(draft, options)))
                writer.Write(pem);
            System.IO.File.Move(draft, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCertificateException($"The made certificate cannot be kept as {file}: {e.Message}", e);
        }
    }

    private static string Make(IEnumerable<IPAddress> addresses, TimeProvider time, out string keyPem)
    {
        using var key = RSA.Create(2048);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName("localhost");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        // A client is told to trust this very certificate, and Go then wants it to say that it may sign.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        foreach (var address in addresses.Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Distinct())
        {
            if (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
                names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        keyPem = key.ExportPkcs8PrivateKeyPem();
        return certificate.ExportCertificatePem();
    }

    private static string Pairs(byte[] hash) => string.Join(':', hash.Select(static b => b.ToString("X2", null)));
}
