using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Hosting;

namespace Portside.Concentrator.Links;

/// <summary>
/// Holds the certificate shown to virtual machines: the one the operator gives, or one made at first start and kept.
/// </summary>
/// <remarks>
/// The made one is RSA with 2,048 bits, not ECDSA: hosts of vSphere 4.1 to 5.x cannot verify ECDSA, and one key has to
/// serve all. It signs itself, is valid for ten years, and names the host, localhost and the addresses it had when it
/// was made. Sites pin its thumbprint in every machine's proxy URI, so it is never replaced by itself, not even when
/// it cannot be read.
/// </remarks>
public sealed partial class CertificateStore
{
    private const int KeyBits = 2048;
    private const int LongestCommonName = 64;

    private static readonly TimeSpan ExpiryWarning = TimeSpan.FromDays(30);

    private readonly LinkOptions _options;
    private readonly string _made;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ServerCertificate _current;

    /// <summary>Loads the certificate, or makes it at first start. Not to be called where TLS is off.</summary>
    /// <param name="options">Names the PEM files, if the operator has any, and the TLS versions.</param>
    /// <param name="stateDirectory">Where a made certificate is kept, with its key, as <c>certificate.pem</c>, mode 0600.</param>
    /// <param name="time">The clock for validity.</param>
    /// <param name="logger">Hears of certificates made, loaded, refused and expiring.</param>
    /// <exception cref="CertificateException">A certificate exists but cannot be used; the message says what to do.</exception>
    /// <exception cref="StateDirectoryException">A certificate cannot be kept; the message says what to do.</exception>
    public CertificateStore(LinkOptions options, string stateDirectory, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time, _logger) = (options, time, logger);
        _made = Path.Combine(stateDirectory, "certificate.pem");
        if (options.Certificate is null && !File.Exists(_made))
        {
            StateDirectory.Prepare(stateDirectory);
            Make();
        }

        _current = Load();
        Announce(_current);
    }

    /// <summary>What a handshake that begins now should use. Handshakes and links that began before keep what they have.</summary>
    public ServerCertificate Current => Volatile.Read(ref _current);

    /// <summary>Reads the files again. What cannot be read changes nothing, but is said loudly.</summary>
    /// <returns>Whether <see cref="Current"/> is what the files hold now.</returns>
    public bool Reload()
    {
        ServerCertificate read;
        try
        {
            read = Load();
        }
        catch (CertificateException e)
        {
            LogReloadRefused(_logger, e.Message, Current.Sha1Thumbprint, Current.Expires);
            return false;
        }

        if (read.Leaf.RawDataMemory.Span.SequenceEqual(Current.Leaf.RawDataMemory.Span))
            LogUnchanged(_logger, read.Origin);
        Volatile.Write(ref _current, read);
        Announce(read);
        return true;
    }

    private ServerCertificate Load()
    {
        var file = _options.Certificate ?? _made;
        var keyFile = _options.Certificate is null ? null : _options.Key;
        X509Certificate2? leaf = null;
        try
        {
            leaf = X509Certificate2.CreateFromPemFile(file, keyFile);
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            // The first in the file is the leaf; what follows is its chain.
            var chain = new X509Certificate2Collection(all.Skip(1).ToArray());
            return new ServerCertificate(leaf, chain, _options.TlsVersions, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            leaf?.Dispose();
            throw new CertificateException(Advice(file, keyFile, e.Message), e);
        }
    }

    private string Advice(string file, string? keyFile, string reason)
    {
        var files = keyFile is null ? file : $"{file} with the key in {keyFile}";
        var advice = _options.Certificate is null
            ? "Restore it from a backup, or delete it: a new one is then made at the next start, and every proxy URI that pins the old thumbprint has to be changed."
            : "Expected are PEM files with the certificate, its chain if any, and its unencrypted private key, readable for the user "
                + $"{Environment.UserName} ('vm.certificate' and 'vm.key' in the configuration).";
        return $"The certificate {files} cannot be used: {reason} {advice}";
    }

    private void Announce(ServerCertificate certificate)
    {
        LogLoaded(_logger, certificate.Origin, certificate.Sha1Thumbprint, certificate.Sha256Thumbprint, certificate.Expires);
        if (certificate.Expires - _time.GetUtcNow() < ExpiryWarning)
            LogExpiring(_logger, certificate.Origin, certificate.Expires);
    }

    private void Make()
    {
        using var key = RSA.Create(KeyBits);
        var name = new X500DistinguishedNameBuilder();
        var host = Dns.GetHostName();
        name.AddCommonName(host.Length is > 0 and <= LongestCommonName ? host : "portside");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        // Key encipherment: the RSA key exchange is all some old hosts know.
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(AlternativeNames(host));

        var now = _time.GetUtcNow();
        // A day back, because a host's clock may be behind ours.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        var pem = certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";

        // Whole or not at all: half a file would be refused at the next start.
        var draft = _made + ".new";
        try
        {
            using (var writer = new StreamWriter(StateDirectory.Create(draft, FileMode.Create)))
                writer.Write(pem);
            File.Move(draft, _made);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException(
                $"The made certificate cannot be kept as {_made}: {e.Message} Make room or mend the rights there, or name another state directory (--state DIR).", e);
        }

        LogMade(_logger, _made);
    }

    private static X509Extension AlternativeNames(string host)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (host != "localhost" && Uri.CheckHostName(host) == UriHostNameType.Dns)
            names.AddDnsName(host);
        foreach (var address in LocalAddresses())
            names.AddIpAddress(address);
        return names.Build();
    }

    private static HashSet<IPAddress> LocalAddresses()
    {
        var addresses = new HashSet<IPAddress> { IPAddress.Loopback, IPAddress.IPv6Loopback };
        try
        {
            foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
            {
                foreach (var unicast in network.GetIPProperties().UnicastAddresses)
                {
                    var address = unicast.Address;
                    if (address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !address.IsIPv6LinkLocal)
                        addresses.Add(address);
                }
            }
        }
        catch (NetworkInformationException)
        {
            // Some containers hide their interfaces; hosts that pin the thumbprint do not look at names anyway.
        }

        return addresses;
    }
}
