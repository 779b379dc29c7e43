using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portside.VSphere.Client;

/// <summary>Decides about a server's certificate, and remembers why it refused one.</summary>
/// <param name="server">Who was dialled.</param>
/// <param name="trust">Whom to believe.</param>
/// <param name="advice">What to do about a certificate that is not believed; null for what can be said here.</param>
internal sealed class CertificateCheck(Uri server, ServerTrust trust, string? advice = null)
{
    private volatile VSphereCertificateException? _refusal;

    /// <summary>What was refused last; null while nothing was, and once one was believed.</summary>
    public VSphereCertificateException? Refusal => _refusal;

    /// <summary>TLS as a client of the server, with this check.</summary>
    /// <returns>The options.</returns>
    public SslClientAuthenticationOptions Options() => new()
    {
        RemoteCertificateValidationCallback = Accepts,
        CertificateChainPolicy = Complete(new X509ChainPolicy()),
    };

    /// <summary>Forgets what was refused.</summary>
    public void Forget() => _refusal = null;

    /// <summary>Decides about one certificate.</summary>
    public bool Accepts(object sender, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!IsBelieved(presented, chain, errors))
            return false;
        Forget();
        return true;
    }

    private bool IsBelieved(X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        if (trust.AcceptsAnything)
            return true;
        using var certificate = presented is null ? null : X509CertificateLoader.LoadCertificate(presented.GetRawCertData());
        if (certificate is null)
            return Refuse(null, "shows no certificate", null);
        if (trust.Pins.Count > 0)
        {
            var (sha1, sha256) = Hashes(certificate);
            return trust.Pins.Any(pin => pin == sha1 || pin == sha256)
                || Refuse(certificate, $"shows another certificate than the one expected ({Shown(trust.Pins[0])})", advice ?? Mismatch);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return Refuse(certificate, $"shows a certificate that is not for the name {server.Host}", advice ?? Unverified);
        if (trust.Authorities is null)
            return errors == SslPolicyErrors.None || Refuse(certificate, $"shows a certificate that no authority of this system vouches for{Why(chain)}", advice ?? Unverified);

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        Complete(own.ChainPolicy);
        own.ChainPolicy.CustomTrustStore.AddRange(trust.Authorities);
        if (chain is not null)
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        return own.Build(certificate) || Refuse(certificate, $"shows a certificate that no authority of the file vouches for{Why(own)}", advice ?? Unverified);
    }

    /// <summary>What holds for every chain: the certificate is a server's, and nothing is fetched from where a stranger's certificate says.</summary>
    private static X509ChainPolicy Complete(X509ChainPolicy policy)
    {
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return policy;
    }

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string Mismatch = "compare the presented thumbprint with the server's own; if it has a new certificate, pin that";
    private const string Unverified = "compare the presented thumbprint with the server's own, then pin it, or believe its authority";

    private bool Refuse(X509Certificate2? certificate, string why, string? next)
    {
        var (sha1, sha256) = certificate is null ? ("", "") : Hashes(certificate);
        _refusal = new VSphereCertificateException(
            $"{server.Authority} {why}" + (certificate is null
                ? ""
                : $"\n  presented: {ServerText.Of(certificate.Subject)}, valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"
                    + $"\n    SHA-1   {Shown(sha1)}\n    SHA-256 {Shown(sha256)}"),
            next)
        {
            PresentedSha256 = Shown(sha256),
        };
        return false;
    }

    private static string Why(X509Chain? chain) => chain?.ChainStatus.FirstOrDefault().StatusInformation?.Trim().TrimEnd('.') is { Length: > 0 } why ? $" ({why})" : "";

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "vSphere names certificates by SHA-1; it is compared, not signed with.")]
    private static (string Sha1, string Sha256) Hashes(X509Certificate2 certificate) =>
        (Convert.ToHexString(SHA1.HashData(certificate.RawDataMemory.Span)), Convert.ToHexString(SHA256.HashData(certificate.RawDataMemory.Span)));

    private static string Shown(string hex) => string.Join(':', hex.Chunk(2).Select(pair => new string(pair)));
}
