using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Portside.Lines.Tls;

/// <summary>Whether a peer's certificate is the one a URI asks for.</summary>
internal static class PeerVerification
{
    /// <summary>Checks what the TLS handshake showed.</summary>
    /// <param name="peer">Who is asked for.</param>
    /// <param name="certificate">What the peer showed.</param>
    /// <param name="chain">How it chains, as far as it does.</param>
    /// <param name="errors">What the platform found.</param>
    /// <returns>Why it is refused, for people; null when it is accepted.</returns>
    public static string? Refuse(TlsPeer peer, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var who = peer.Who;
        var uri = peer.Parameters;
        if (certificate is null)
            return $"The {who} showed no certificate.";
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());

        if (!uri.Certificate.IsEmpty && !uri.Certificate.Span.SequenceEqual(shown.RawDataMemory.Span))
        {
            using var wanted = X509CertificateLoader.LoadCertificate(uri.Certificate.Span);
            return $"The {who}'s certificate is not the one the URI holds. {Differ(who, wanted, shown)}";
        }

        if (uri.Thumbprint is not null && uri.Thumbprint != ThumbprintLike(uri.Thumbprint, shown))
        {
            var hash = uri.Thumbprint.Length == 40 ? "SHA-1" : "SHA-256";
            return $"The {who}'s certificate has another thumbprint: either it was renewed, or something stands between. "
                + $"The URI wants {hash} {Thumbprint.Format(uri.Thumbprint)}; {Describe($"the {who} shows", shown)}. "
                + $"If that one is right, write #thumbprint={Thumbprint.Format(ThumbprintLike(uri.Thumbprint, shown))}";
        }

        if (uri.RequiresTrust && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
            return $"The {who}'s certificate is not trusted: {WhyUntrusted(shown, chain)} {Describe("It has", shown)}.";

        var name = uri.PeerName ?? (uri.RequiresTrust && peer.Host.Length > 0 ? peer.Host : null);
        if (name is not null && !(IsFor(shown, name) || (uri.PeerName is not null && IsCalled(shown, name))))
        {
            return $"The {who}'s certificate does not carry the name '{name}': it is for {Names(shown)}. "
                + $"{Describe("It has", shown)}.";
        }

        return null;
    }

    private static string ThumbprintLike(string wanted, X509Certificate2 shown) =>
        wanted.Length == 40 ? Thumbprint.Sha1(shown) : Thumbprint.Sha256(shown);

    private static string Differ(string who, X509Certificate2 wanted, X509Certificate2 shown) =>
        $"{Describe("The URI wanted", wanted)}; {Describe($"the {who} shows", shown)}.";

    private static string Describe(string lead, X509Certificate2 certificate) =>
        $"{lead} SHA-1 {Thumbprint.Format(Thumbprint.Sha1(certificate))}, SHA-256 {Thumbprint.Format(Thumbprint.Sha256(certificate))}";

    private static string WhyUntrusted(X509Certificate2 certificate, X509Chain? chain)
    {
        var flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status)
            ?? X509ChainStatusFlags.NoError;
        if ((flags & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"it is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}.");
        }

        if ((flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return $"no trusted authority signed it (issuer: {Shown(certificate.Issuer)}).";
        return $"{flags} (issuer: {Shown(certificate.Issuer)}).";
    }

    /// <summary>Whether a certificate is a host's; its common name counts only where it lists no names (RFC 6125 §6.4.4).</summary>
    private static bool IsFor(X509Certificate2 certificate, string host) =>
        (IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) == UriHostNameType.Dns)
        && certificate.MatchesHostname(
            host, allowCommonName: !certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any());

    /// <summary>Whether a certificate's subject is the one a URI asks for, whole or by its common name.</summary>
    private static bool IsCalled(X509Certificate2 certificate, string name) =>
        string.Equals(CommonName(certificate), name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(certificate.Subject, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Its common name and no other: what is asked for otherwise may be an organisation, or a mail address.</summary>
    private static string? CommonName(X509Certificate2 certificate)
    {
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3")
                return part.GetSingleElementValue();
        }

        return null;
    }

    /// <summary>What the peer wrote, short, and harmless to a terminal or a log.</summary>
    private static string Shown(string text)
    {
        const int Longest = 255;
        var shown = string.Create(Math.Min(text.Length, Longest), text, static (span, all) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.GetUnicodeCategory(all[i]) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '\uFFFD' : all[i];
        });
        return text.Length > Longest ? shown + "…" : shown;
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = new List<string>();
        if (CommonName(certificate) is { Length: > 0 } common)
            names.Add(common);
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            names.AddRange(extension.EnumerateDnsNames());
            names.AddRange(extension.EnumerateIPAddresses().Select(address => address.ToString()));
        }

        return names.Count == 0 ? "nobody" : Shown(string.Join(", ", names.Distinct()));
    }
}
