using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Portside.VSphere.Client;

/// <summary>Which certificates of a server are believed. There is no way from one kind to another but the caller's word.</summary>
public sealed class ServerTrust
{
    private ServerTrust()
    {
    }

    /// <summary>What the system's authorities signed, for the name that was dialled.</summary>
    public static ServerTrust System { get; } = new();

    /// <summary>Anything: whoever is in between reads the password.</summary>
    public static ServerTrust Anything { get; } = new() { AcceptsAnything = true };

    internal bool AcceptsAnything { get; private init; }

    /// <summary>Upper-case hex digits alone, of SHA-1 or SHA-256; empty unless pinned.</summary>
    internal IReadOnlyList<string> Pins { get; private init; } = [];

    internal X509Certificate2Collection? Authorities { get; private init; }

    /// <summary>What the authorities in a file signed, for the name that was dialled; the system's are not asked.</summary>
    /// <param name="authorities">Certificates of authorities, at least one.</param>
    /// <returns>The trust.</returns>
    public static ServerTrust By(X509Certificate2Collection authorities)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        return authorities.Count > 0
            ? new() { Authorities = authorities }
            : throw new ArgumentException("There is no authority to trust.", nameof(authorities));
    }

    /// <summary>Exactly certificates with one of these thumbprints, whoever signed them and for whatever name.</summary>
    /// <param name="thumbprints">SHA-1 or SHA-256, in any case, with or without colons.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="FormatException">One is not a thumbprint.</exception>
    public static ServerTrust Pinned(params IEnumerable<string> thumbprints)
    {
        ArgumentNullException.ThrowIfNull(thumbprints);
        var pins = thumbprints
            .Select(text => TryReadThumbprint(text, out var hex) ? hex : throw new FormatException(NotAThumbprint(text)))
            .ToList();
        return pins.Count > 0 ? new() { Pins = pins } : throw new ArgumentException("There is no thumbprint to trust.", nameof(thumbprints));
    }

    /// <summary>Decides about a certificate that a server shows; as the callback of a TLS stream does.</summary>
    /// <param name="server">Who was dialled.</param>
    /// <param name="sender">The stream.</param>
    /// <param name="presented">The certificate.</param>
    /// <param name="chain">As it was built.</param>
    /// <param name="errors">What the system found.</param>
    /// <param name="refusal">Why it is not believed, with what was presented; null where it is.</param>
    /// <param name="advice">What to do about one that is not; null for what can be said here.</param>
    /// <returns>Whether it is believed.</returns>
    public bool Accepts(Uri server, object sender, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors, out VSphereCertificateException? refusal, string? advice = null)
    {
        var check = new CertificateCheck(server, this, advice);
        var isBelieved = check.Accepts(sender, presented, chain, errors);
        refusal = check.Refusal;
        return isBelieved;
    }

    /// <summary>Reads a thumbprint in any case, with any of <c>: - .</c> or blanks between its digits.</summary>
    /// <param name="text">40 hex digits (SHA-1) or 64 (SHA-256).</param>
    /// <param name="hex">Upper-case hex digits alone.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryReadThumbprint(string? text, [NotNullWhen(true)] out string? hex)
    {
        hex = null;
        var digits = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c) && c is not (':' or '-' or '.'))).ToUpperInvariant();
        if (digits.Length is not (40 or 64) || !digits.All(char.IsAsciiHexDigit))
            return false;
        hex = digits;
        return true;
    }

    /// <summary>Says that a text is no thumbprint.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A sentence without a full stop.</returns>
    public static string NotAThumbprint(string text) =>
        $"'{text}' is not a thumbprint: SHA-1 has 40 hex digits and SHA-256 has 64, as in 0A:1B:…";
}
