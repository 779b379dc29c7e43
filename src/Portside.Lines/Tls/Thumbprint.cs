using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Lines.Uris;

namespace Portside.Lines.Tls;

/// <summary>Hashes by which people name a certificate.</summary>
public static class Thumbprint
{
    /// <summary>Reads a thumbprint in any case, with any of <c>: - . _</c> or blanks between its digits.</summary>
    /// <param name="text">40 hex digits (SHA-1) or 64 (SHA-256).</param>
    /// <param name="hex">Upper-case hex digits alone.</param>
    /// <param name="error">What is wrong.</param>
    /// <returns>False when it is not one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? hex, [NotNullWhen(false)] out string? error)
    {
        hex = null;
        error = null;
        var digits = new List<char>(64);
        foreach (var c in text)
        {
            if (char.IsAsciiHexDigit(c))
            {
                digits.Add(char.ToUpperInvariant(c));
            }
            else if (!char.IsWhiteSpace(c) && c is not (':' or '-' or '.' or '_'))
            {
                error = $"{Quoted.From([c])} in {Quoted.From(text)} is not a hex digit.";
                return false;
            }
        }

        if (digits.Count is not (40 or 64))
        {
            error = $"{Quoted.From(text)} has {digits.Count} hex digits; SHA-1 has 40 and SHA-256 has 64.";
            return false;
        }

        hex = new string([.. digits]);
        return true;
    }

    /// <summary>Hex pairs with colons between, as vSphere and OpenSSL show them.</summary>
    /// <param name="hex">Hex digits alone.</param>
    /// <returns>Such as <c>0A:1B</c>.</returns>
    public static string Format(string hex) => string.Join(':', hex.Chunk(2).Select(pair => new string(pair)));

    /// <summary>A certificate's SHA-1 thumbprint, the one vSphere's URIs are known to carry.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>40 upper-case hex digits.</returns>
    [SuppressMessage("Security", "CA5350", Justification = "vSphere names certificates by SHA-1; it is compared, not signed with.")]
    public static string Sha1(X509Certificate2 certificate) => Convert.ToHexString(SHA1.HashData(certificate.RawDataMemory.Span));

    /// <summary>A certificate's SHA-256 thumbprint.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>64 upper-case hex digits.</returns>
    public static string Sha256(X509Certificate2 certificate) => Convert.ToHexString(SHA256.HashData(certificate.RawDataMemory.Span));
}
