using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Portside.Host.Proxies;

/// <summary>Where a virtual machine finds its proxy and how it checks it: the <c>proxyURI</c> of a serial port.</summary>
/// <remarks>
/// <code>
/// proxyURI  = ( "telnet" / "telnets" ) "://" host ":" port [ "/" ] [ "#" parameter *( "&amp;" parameter ) ]
/// host      = name / IPv4 / "[" IPv6 "]"
/// parameter = "certificate=" PEM / "thumbprint=" hash / "peerName=" name / "verify" / "cipherList=" ciphers
/// </code>
/// Values are percent-decoded (RFC 3986 §2.1). Any parameter on <c>telnet://</c> makes TLS a must: a proxy that does
/// not offer it is not fallen back to.
/// </remarks>
public sealed record ProxyUri
{
    private const string Example = "telnets://concentrator.example:13370#thumbprint=0A:1B:…";

    private ProxyUri(ProxyScheme scheme, string host, int port)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
    }

    /// <summary>Telnet with TLS in band, or TLS from the first byte.</summary>
    public ProxyScheme Scheme { get; }

    /// <summary>Name or address, an IPv6 address without its brackets.</summary>
    public string Host { get; }

    /// <summary>TCP port, 1 to 65,535.</summary>
    public int Port { get; }

    /// <summary>The certificate the proxy must show, DER; empty when none is given.</summary>
    public ReadOnlyMemory<byte> Certificate { get; private init; }

    /// <summary>Hash the proxy's certificate must have: upper-case hex, 40 digits (SHA-1) or 64 (SHA-256); null when none is given.</summary>
    public string? Thumbprint { get; private init; }

    /// <summary>Name the proxy's certificate must carry; null when none is given.</summary>
    public string? PeerName { get; private init; }

    /// <summary>Whether the keyword <c>verify</c> is given.</summary>
    public bool Verify { get; private init; }

    /// <summary>OpenSSL's cipher string, as given; null when none is given.</summary>
    public string? CipherList { get; private init; }

    /// <summary>Whether the connection must be TLS: by scheme, or because there is something to check.</summary>
    public bool RequiresTls => Scheme == ProxyScheme.Telnets || HasParameters;

    /// <summary>Whether one certificate alone is accepted, whoever signed it.</summary>
    public bool IsPinned => !Certificate.IsEmpty || Thumbprint is not null;

    /// <summary>Whether the certificate must chain to a trusted authority and carry the proxy's name.</summary>
    /// <remarks>A pinned certificate needs no authority: most sites pin one that nobody signed.</remarks>
    public bool RequiresTrust => !IsPinned && (Verify || PeerName is not null);

    private bool HasParameters =>
        IsPinned || PeerName is not null || Verify || CipherList is not null;

    /// <summary>Reads a proxy URI.</summary>
    /// <param name="text">Such as <c>telnets://host:13370#thumbprint=AA:BB:…</c>.</param>
    /// <returns>The URI.</returns>
    /// <exception cref="FormatException">It is not one; the message quotes the part and shows a correct one.</exception>
    public static ProxyUri Parse(string text) =>
        TryParse(text, out var uri, out var error) ? uri : throw new FormatException(error);

    /// <summary>Reads a proxy URI.</summary>
    /// <param name="text">Such as <c>telnets://host:13370#thumbprint=AA:BB:…</c>.</param>
    /// <param name="uri">The URI.</param>
    /// <param name="error">What is wrong with which part, and a correct example.</param>
    /// <returns>False when it is not one.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ProxyUri? uri, [NotNullWhen(false)] out string? error)
    {
        uri = null;
        error = Read((text ?? "").Trim(), ref uri);
        if (error is not null)
            error = $"{error} Write it as {Example}";
        return error is null;
    }

    /// <inheritdoc/>
    public bool Equals(ProxyUri? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The URI in its usual spelling, as it could be pasted into vSphere.</summary>
    /// <returns>Such as <c>telnets://[::1]:13370#thumbprint=AA:BB:…</c>.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Scheme == ProxyScheme.Telnets ? "telnets://" : "telnet://");
        text.Append(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host.Replace("%", "%25", StringComparison.Ordinal)}]" : Host);
        text.Append(CultureInfo.InvariantCulture, $":{Port}");
        var separator = '#';
        if (!Certificate.IsEmpty)
        {
            var pem = $"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(Certificate.Span)}\n-----END CERTIFICATE-----";
            Append($"certificate={Escape(pem)}");
        }

        if (Thumbprint is not null)
            Append($"thumbprint={Proxies.Thumbprint.Format(Thumbprint)}");
        if (PeerName is not null)
            Append($"peerName={Escape(PeerName)}");
        if (Verify)
            Append("verify");
        if (CipherList is not null)
            Append($"cipherList={Escape(CipherList)}");
        return text.ToString();

        void Append(string parameter)
        {
            text.Append(separator).Append(parameter);
            separator = '&';
        }

        static string Escape(string value) => Uri.EscapeDataString(value).Replace("%3A", ":", StringComparison.Ordinal);
    }

    private static string? Read(string text, ref ProxyUri? uri)
    {
        if (text.Length == 0)
            return "The proxy URI is empty.";
        var schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd < 0)
            return $"'{Quote(text)}' has no scheme: a proxy is reached by telnet:// or telnets://.";
        ProxyScheme scheme;
        var schemeText = text[..schemeEnd];
        if (schemeText.Equals("telnet", StringComparison.OrdinalIgnoreCase))
            scheme = ProxyScheme.Telnet;
        else if (schemeText.Equals("telnets", StringComparison.OrdinalIgnoreCase))
            scheme = ProxyScheme.Telnets;
        else
            return $"'{Quote(schemeText)}://' is not a scheme of a proxy URI: only telnet:// and telnets:// are.";

        var rest = text[(schemeEnd + 3)..];
        var fragmentStart = rest.IndexOf('#', StringComparison.Ordinal);
        var fragment = fragmentStart < 0 ? null : rest[(fragmentStart + 1)..];
        var authority = fragmentStart < 0 ? rest : rest[..fragmentStart];
        if (authority.EndsWith('/'))
            authority = authority[..^1];
        if (authority.Contains('@', StringComparison.Ordinal))
            return "A proxy URI carries no user name or password: remove what stands before '@'.";
        if (authority.AsSpan().IndexOfAny("/?") is >= 0 and var path)
            return $"'{Quote(authority[path..])}' after the port has no meaning: parameters follow '#', as in #verify.";

        if (ReadHost(authority, out var host, out var portText) is { } hostError)
            return hostError;
        if (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535)
        {
            return portText.Length == 0
                ? $"'{Quote(authority)}' has no port; proxies listen on 13370 by custom."
                : $"'{Quote(portText)}' is not a port: a number from 1 to 65535 is.";
        }

        var read = new ProxyUri(scheme, host, port);
        var parameters = fragment is null ? null : ReadParameters(fragment, ref read);
        uri = parameters is null ? read : null;
        return parameters;
    }

    private static string? ReadHost(string authority, out string host, out string port)
    {
        host = "";
        port = "";
        int end;
        if (authority.StartsWith('['))
        {
            end = authority.IndexOf(']', StringComparison.Ordinal);
            if (end < 0)
                return $"'{Quote(authority)}' opens a bracket for an IPv6 address and does not close it.";
            host = authority[1..end].Replace("%25", "%", StringComparison.Ordinal);
            end++;
            if (!IPAddress.TryParse(host, out var address) || !host.Contains(':', StringComparison.Ordinal))
                return $"'{Quote(host)}' in brackets is not an IPv6 address.";
            _ = address;
            if (end < authority.Length && authority[end] != ':')
                return $"'{Quote(authority[end..])}' after the IPv6 address is not a port.";
        }
        else
        {
            end = authority.LastIndexOf(':');
            end = end < 0 ? authority.Length : end;
            host = authority[..end];
            if (host.Contains(':', StringComparison.Ordinal))
                return $"'{Quote(authority)}' looks like an IPv6 address: put it into brackets, as in telnet://[::1]:13370.";
            if (host.Length == 0)
                return "The host is missing: the virtual machine always dials its proxy.";
            if (host.AsSpan().IndexOfAnyExcept(HostCharacters) is >= 0 and var bad)
                return $"'{Quote(host[bad..])}' in host '{Quote(host)}' cannot be part of a host name.";
        }

        port = end < authority.Length ? authority[(end + 1)..] : "";
        return null;
    }

    private static readonly System.Buffers.SearchValues<char> HostCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    private static string? ReadParameters(string fragment, ref ProxyUri uri)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in fragment.Split('&'))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? parameter : parameter[..equals];
            if (!TryDecode(equals < 0 ? "" : parameter[(equals + 1)..], out var value))
                return $"'{Quote(parameter)}' has a '%' without two hex digits; write '%' itself as %25.";
            if (!seen.Add(key))
                return $"Parameter '{Quote(key)}' is given twice.";
            if (Apply(key, value, equals >= 0, ref uri) is { } error)
                return error;
        }

        return null;
    }

    private static string? Apply(string key, string value, bool hasValue, ref ProxyUri uri)
    {
        if (key.Equals("verify", StringComparison.OrdinalIgnoreCase))
        {
            uri = uri with { Verify = true };
            return hasValue ? $"Parameter 'verify' takes no value, got '{Quote(value)}'." : null;
        }

        var known = Array.Find(
            ["certificate", "thumbprint", "peerName", "cipherList"],
            name => name.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (known is null)
            return $"Parameter '{Quote(key)}' is unknown: certificate, thumbprint, peerName, verify and cipherList exist.";
        if (string.IsNullOrWhiteSpace(value))
            return $"Parameter '{known}' needs a value, as in {known}=….";

        switch (known)
        {
            case "certificate":
                if (!TryReadCertificate(value, out var certificate))
                    return $"Parameter 'certificate' is not a PEM certificate: '{Quote(value)}'.";
                uri = uri with { Certificate = certificate };
                return null;
            case "thumbprint":
                if (!Proxies.Thumbprint.TryParse(value, out var thumbprint, out var error))
                    return $"Parameter 'thumbprint': {error}";
                uri = uri with { Thumbprint = thumbprint };
                return null;
            case "peerName":
                uri = uri with { PeerName = value.Trim() };
                return null;
            default:
                if (!Proxies.CipherList.TryParse(value, out _, out error))
                    return $"Parameter 'cipherList': {error}";
                uri = uri with { CipherList = value };
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
        if (begin < 0 || end < begin)
            return false;
        var body = string.Concat(text[(begin + Begin.Length)..end].Where(c => !char.IsWhiteSpace(c)));
        try
        {
            var der = Convert.FromBase64String(body);
            using var loaded = X509CertificateLoader.LoadCertificate(der);
            certificate = loaded.RawData;
            return true;
        }
        catch (Exception e) when (e is FormatException or System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }

    private static bool TryDecode(string value, out string decoded)
    {
        decoded = value;
        for (var at = value.IndexOf('%', StringComparison.Ordinal); at >= 0; at = value.IndexOf('%', at + 1))
        {
            if (at + 2 >= value.Length || !char.IsAsciiHexDigit(value[at + 1]) || !char.IsAsciiHexDigit(value[at + 2]))
                return false;
        }

        decoded = Uri.UnescapeDataString(value);
        return true;
    }

    private static string Quote(string part) => part.Length <= 60 ? part : $"{part.AsSpan(0, 60)}…";
}
