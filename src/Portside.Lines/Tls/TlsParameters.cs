using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Portside.Lines.Uris;

namespace Portside.Lines.Tls;

/// <summary>What a URI demands of TLS: the parameters of its fragment, as vSphere has them since 5.1.</summary>
/// <remarks>
/// <code>
/// fragment  = parameter *( "&amp;" parameter )
/// parameter = "certificate=" PEM / "thumbprint=" hash / "peerName=" name / "verify" / "cipherList=" ciphers
/// </code>
/// Values are percent-decoded (RFC 3986 §2.1); keys are known in any case.
/// </remarks>
public sealed record TlsParameters
{
    /// <summary>No demands.</summary>
    public static TlsParameters None { get; } = new();

    /// <summary>The certificate the peer must show, DER; empty when none is given.</summary>
    public ReadOnlyMemory<byte> Certificate { get; private init; }

    /// <summary>Hash the peer's certificate must have: upper-case hex, 40 digits (SHA-1) or 64 (SHA-256); null when none is given.</summary>
    public string? Thumbprint { get; private init; }

    /// <summary>Name the peer's certificate must carry; null when none is given.</summary>
    public string? PeerName { get; private init; }

    /// <summary>Whether the keyword <c>verify</c> is given.</summary>
    public bool Verify { get; private init; }

    /// <summary>OpenSSL's cipher string, as given; null when none is given.</summary>
    public string? CipherList { get; private init; }

    /// <summary>Whether nothing is demanded.</summary>
    public bool IsEmpty => !ChecksPeer && CipherList is null;

    /// <summary>Whether the peer's certificate is looked at.</summary>
    public bool ChecksPeer => IsPinned || RequiresTrust;

    /// <summary>Whether one certificate alone is accepted, whoever signed it.</summary>
    public bool IsPinned => !Certificate.IsEmpty || Thumbprint is not null;

    /// <summary>Whether the certificate must chain to a trusted authority and carry the peer's name.</summary>
    /// <remarks>A pinned certificate needs no authority: most sites pin one that nobody signed.</remarks>
    public bool RequiresTrust => !IsPinned && (Verify || PeerName is not null);

    /// <summary>Reads a URI's fragment.</summary>
    /// <param name="fragment">What follows <c>#</c>.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="error">What is wrong with which part.</param>
    /// <returns>False when a parameter is unknown, given twice, or has a value that is none.</returns>
    public static bool TryParse(
        string fragment,
        [NotNullWhen(true)] out TlsParameters? parameters,
        [NotNullWhen(false)] out string? error)
    {
        var read = None;
        error = null;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in fragment.Split('&'))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? parameter : parameter[..equals];
            if (!Percent.TryDecode(equals < 0 ? "" : parameter[(equals + 1)..], out var value))
                error = $"{Quoted.From(parameter)} has a '%' without two hex digits; write '%' itself as %25.";
            else if (!seen.Add(key))
                error = $"Parameter {Quoted.From(key)} is given twice.";
            else
                error = Apply(key, value, equals >= 0, ref read);
            if (error is not null)
            {
                parameters = null;
                return false;
            }
        }

        parameters = read;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(TlsParameters? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The fragment in its usual spelling, without its <c>#</c>.</summary>
    /// <returns>Such as <c>thumbprint=AA:BB:…&amp;peerName=console</c>; empty for no demands.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (!Certificate.IsEmpty)
        {
            var pem = $"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(Certificate.Span)}\n-----END CERTIFICATE-----";
            Append($"certificate={Escape(pem)}");
        }

        if (Thumbprint is not null)
            Append($"thumbprint={Tls.Thumbprint.Format(Thumbprint)}");
        if (PeerName is not null)
            Append($"peerName={Escape(PeerName)}");
        if (Verify)
            Append("verify");
        if (CipherList is not null)
            Append($"cipherList={Escape(CipherList)}");
        return text.ToString();

        void Append(string parameter) => text.Append(text.Length == 0 ? "" : "&").Append(parameter);

        static string Escape(string value) => Uri.EscapeDataString(value).Replace("%3A", ":", StringComparison.Ordinal);
    }

    private static string? Apply(string key, string value, bool hasValue, ref TlsParameters read)
    {
        if (key.Equals("verify", StringComparison.OrdinalIgnoreCase))
        {
            read = read with { Verify = true };
            return hasValue ? $"Parameter 'verify' takes no value, got {Quoted.From(value)}." : null;
        }

        var known = Array.Find(
            ["certificate", "thumbprint", "peerName", "cipherList"],
            name => name.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (known is null)
            return $"Parameter {Quoted.From(key)} is unknown: certificate, thumbprint, peerName, verify and cipherList exist.";
        if (string.IsNullOrWhiteSpace(value))
            return $"Parameter '{known}' needs a value, as in {known}=….";

        switch (known)
        {
            case "certificate":
                if (!TryReadCertificate(value, out var certificate))
                    return $"Parameter 'certificate' is not a PEM certificate: {Quoted.From(value)}.";
                read = read with { Certificate = certificate };
                return null;
            case "thumbprint":
                if (!Tls.Thumbprint.TryParse(value, out var thumbprint, out var error))
                    return $"Parameter 'thumbprint': {error}";
                read = read with { Thumbprint = thumbprint };
                return null;
            case "peerName":
                read = read with { PeerName = value.Trim() };
                return null;
            default:
                if (!Tls.CipherList.TryParse(value, out _, out error))
                    return $"Parameter 'cipherList': {error}";
                read = read with { CipherList = value };
                return null;
        }
    }

    /// <summary>PEM with its line ends as they are, escaped, as <c>\n</c>, as blanks, or lost: all are seen in URIs.</summary>
    private static bool TryReadCertificate(string value, out ReadOnlyMemory<byte> certificate)
    {
        const string Begin = "-----BEGIN CERTIFICATE-----";
        const string End = "-----END CERTIFICATE-----";
        certificate = default;
        var text = value.Replace("\\r", "", StringComparison.Ordinal).Replace("\\n", "", StringComparison.Ordinal);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin + Begin.Length)
            return false;
        var body = string.Concat(text[(begin + Begin.Length)..end].Where(c => !char.IsWhiteSpace(c)));
        try
        {
            var der = Convert.FromBase64String(body);
            using var loaded = X509CertificateLoader.LoadCertificate(der);
            certificate = loaded.RawData;
            return true;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return false;
        }
    }
}
