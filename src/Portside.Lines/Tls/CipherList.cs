using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using Portside.Lines.Uris;

namespace Portside.Lines.Tls;

/// <summary>OpenSSL's cipher strings, as far as .NET can obey them: suites by name, and groups of them.</summary>
/// <remarks>
/// <code>
/// list = item *( ( ":" / " " / "," ) item )
/// item = [ "!" / "-" / "+" ] term *( "+" term )     suites that carry every term
/// term = suite name / group
/// </code>
/// The suites known are those that authenticate and encrypt with AES or ChaCha20 (TLS 1.2 and 1.3), so groups of weaker
/// ones are known and empty. Suites go in the order named; <c>!</c> and <c>-</c> remove, <c>+</c> in front moves to the
/// end. Unlike OpenSSL's list this one rules TLS 1.3 too: what is not listed is not offered.
/// </remarks>
public static class CipherList
{
    // OpenSSL's name, .NET's value, groups it belongs to beyond those every suite has.
    private static readonly Suite[] Suites =
    [
        new("TLS_AES_256_GCM_SHA384", TlsCipherSuite.TLS_AES_256_GCM_SHA384, "AES AES256 AESGCM SHA384 TLSv1.3"),
        new("TLS_CHACHA20_POLY1305_SHA256", TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, "CHACHA20 SHA256 TLSv1.3"),
        new("TLS_AES_128_GCM_SHA256", TlsCipherSuite.TLS_AES_128_GCM_SHA256, "AES AES128 AESGCM SHA256 TLSv1.3"),
        new("TLS_AES_128_CCM_SHA256", TlsCipherSuite.TLS_AES_128_CCM_SHA256, "AES AES128 AESCCM SHA256 TLSv1.3"),
        new("ECDHE-ECDSA-AES256-GCM-SHA384", TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "ECDHE ECDSA AES AES256 AESGCM SHA384"),
        new("ECDHE-RSA-AES256-GCM-SHA384", TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "ECDHE aRSA AES AES256 AESGCM SHA384"),
        new("DHE-RSA-AES256-GCM-SHA384", TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, "DHE aRSA AES AES256 AESGCM SHA384"),
        new("ECDHE-ECDSA-CHACHA20-POLY1305", TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE ECDSA CHACHA20 SHA256"),
        new("ECDHE-RSA-CHACHA20-POLY1305", TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE aRSA CHACHA20 SHA256"),
        new("DHE-RSA-CHACHA20-POLY1305", TlsCipherSuite.TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "DHE aRSA CHACHA20 SHA256"),
        new("ECDHE-ECDSA-AES128-GCM-SHA256", TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "ECDHE ECDSA AES AES128 AESGCM SHA256"),
        new("ECDHE-RSA-AES128-GCM-SHA256", TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "ECDHE aRSA AES AES128 AESGCM SHA256"),
        new("DHE-RSA-AES128-GCM-SHA256", TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, "DHE aRSA AES AES128 AESGCM SHA256"),
        new("ECDHE-ECDSA-AES256-SHA384", TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, "ECDHE ECDSA AES AES256 SHA384"),
        new("ECDHE-RSA-AES256-SHA384", TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, "ECDHE aRSA AES AES256 SHA384"),
        new("DHE-RSA-AES256-SHA256", TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA256, "DHE aRSA AES AES256 SHA256"),
        new("ECDHE-ECDSA-AES128-SHA256", TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, "ECDHE ECDSA AES AES128 SHA256"),
        new("ECDHE-RSA-AES128-SHA256", TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, "ECDHE aRSA AES AES128 SHA256"),
        new("DHE-RSA-AES128-SHA256", TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA256, "DHE aRSA AES AES128 SHA256"),
        new("ECDHE-ECDSA-AES256-SHA", TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, "ECDHE ECDSA AES AES256 SHA1"),
        new("ECDHE-RSA-AES256-SHA", TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, "ECDHE aRSA AES AES256 SHA1"),
        new("DHE-RSA-AES256-SHA", TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA, "DHE aRSA AES AES256 SHA1"),
        new("ECDHE-ECDSA-AES128-SHA", TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "ECDHE ECDSA AES AES128 SHA1"),
        new("ECDHE-RSA-AES128-SHA", TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "ECDHE aRSA AES AES128 SHA1"),
        new("DHE-RSA-AES128-SHA", TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA, "DHE aRSA AES AES128 SHA1"),
        new("AES256-GCM-SHA384", TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384, "kRSA aRSA AES AES256 AESGCM SHA384"),
        new("AES128-GCM-SHA256", TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256, "kRSA aRSA AES AES128 AESGCM SHA256"),
        new("AES256-SHA256", TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA256, "kRSA aRSA AES AES256 SHA256"),
        new("AES128-SHA256", TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA256, "kRSA aRSA AES AES128 SHA256"),
        new("AES256-SHA", TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA, "kRSA aRSA AES AES256 SHA1"),
        new("AES128-SHA", TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA, "kRSA aRSA AES AES128 SHA1"),
    ];

    // Other spellings of the same groups.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["EECDH"] = "ECDHE",
        ["kECDHE"] = "ECDHE",
        ["kEECDH"] = "ECDHE",
        ["EDH"] = "DHE",
        ["kDHE"] = "DHE",
        ["kEDH"] = "DHE",
        ["RSA"] = "kRSA",
        ["aECDSA"] = "ECDSA",
        ["SHA"] = "SHA1",
        ["CHACHA20-POLY1305"] = "CHACHA20",
    };

    // Groups no suite here belongs to: naming them, mostly to exclude them, is not a mistake.
    private static readonly HashSet<string> Empty = new(StringComparer.Ordinal)
    {
        "aNULL", "eNULL", "NULL", "LOW", "MEDIUM", "EXP", "EXPORT", "EXPORT40", "EXPORT56", "MD5", "RC2", "RC4", "DES",
        "3DES", "IDEA", "SEED", "CAMELLIA", "CAMELLIA128", "CAMELLIA256", "ARIA", "PSK", "kPSK", "aPSK", "SRP", "kSRP",
        "aSRP", "ADH", "AECDH", "DSS", "aDSS", "aGOST", "kGOST", "GOST94", "GOST89MAC", "SSLv2", "COMPLEMENTOFALL",
        "COMPLEMENTOFDEFAULT",
    };

    /// <summary>Reads a cipher string.</summary>
    /// <param name="text">Such as <c>ECDHE-RSA-AES256-GCM-SHA384:TLS_AES_256_GCM_SHA384</c> or <c>HIGH:!aNULL</c>.</param>
    /// <param name="suites">The suites it leaves, best first.</param>
    /// <param name="error">What is wrong, quoting the item.</param>
    /// <returns>False when an item is unknown or no suite is left.</returns>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out IReadOnlyList<TlsCipherSuite>? suites,
        [NotNullWhen(false)] out string? error)
    {
        suites = null;
        error = null;
        var chosen = new List<Suite>();
        var banned = new HashSet<Suite>();
        foreach (var item in text.Split([':', ' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (item.StartsWith('@'))
                continue; // @STRENGTH and @SECLEVEL order and judge; the suites here need neither.
            var sign = item[0] is '!' or '-' or '+' ? item[0] : ' ';
            if (!TryMatch(sign == ' ' ? item : item[1..], out var matches))
            {
                error = $"{Quoted.From(item)} is neither a cipher suite nor a group that can be offered here; "
                    + "name suites as OpenSSL does, as in ECDHE-RSA-AES256-GCM-SHA384 or TLS_AES_256_GCM_SHA384.";
                return false;
            }

            switch (sign)
            {
                case '!':
                    banned.UnionWith(matches);
                    chosen.RemoveAll(banned.Contains);
                    break;
                case '-':
                    chosen.RemoveAll(matches.Contains);
                    break;
                case '+':
                    var moved = chosen.Where(matches.Contains).ToList();
                    chosen.RemoveAll(matches.Contains);
                    chosen.AddRange(moved);
                    break;
                default:
                    chosen.AddRange(matches.Where(suite => !chosen.Contains(suite) && !banned.Contains(suite)));
                    break;
            }
        }

        if (chosen.Count == 0)
        {
            error = $"{Quoted.From(text)} leaves no cipher suite.";
            return false;
        }

        suites = [.. chosen.Select(suite => suite.Value)];
        return true;
    }

    private static bool TryMatch(string item, out List<Suite> matches)
    {
        matches = [.. Suites];
        foreach (var part in item.Split('+'))
        {
            var term = Aliases.GetValueOrDefault(part, part);
            if (term is "ALL" or "HIGH" or "DEFAULT" or "FIPS")
                continue;
            if (Empty.Contains(term))
            {
                matches.Clear();
                continue;
            }

            var known = Suites.Where(suite => suite.Is(term)).ToList();
            if (known.Count == 0)
                return false;
            matches.RemoveAll(suite => !known.Contains(suite));
        }

        return true;
    }

    private sealed record Suite(string Name, TlsCipherSuite Value, string Groups)
    {
        private readonly string[] _groups = Groups.Split(' ');

        public bool Is(string term) =>
            Name == term
            || Array.IndexOf(_groups, term) >= 0
            || (term == "TLSv1.2" && Array.IndexOf(_groups, "TLSv1.3") < 0)
            || Value.ToString() == term;
    }
}
