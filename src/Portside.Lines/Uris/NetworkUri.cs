using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Portside.Lines.Tls;

namespace Portside.Lines.Uris;

/// <summary>An address in the network, how its peer is talked to, and what TLS must show.</summary>
/// <remarks>
/// <code>
/// networkURI = [ scheme "://" ] [ host ] ":" port [ "/" ] [ "?" query ] [ "#" TLS parameters ]
/// scheme     = "tcp" / "tcp4" / "tcp6" / "ssl" / "tcp+ssl" / "tcp4+ssl" / "tcp6+ssl" / "telnet" / "telnets"
///            / "rfc2217" / "rfc2217s"
/// host       = name / IPv4 / "[" IPv6 "]"             none, to listen at every address
/// </code>
/// Any parameter on <c>telnet://</c> and <c>rfc2217://</c> makes TLS a must: a peer that does not offer it is not
/// fallen back to. <c>tcp</c>, <c>tcp4</c> and <c>tcp6</c> take none.
/// </remarks>
public sealed record NetworkUri : LineUri
{
    private static readonly (string Text, NetworkScheme Scheme)[] Schemes =
    [
        ("tcp", NetworkScheme.Tcp),
        ("tcp4", NetworkScheme.Tcp4),
        ("tcp6", NetworkScheme.Tcp6),
        ("ssl", NetworkScheme.Ssl),
        ("tcp+ssl", NetworkScheme.Ssl),
        ("tcp4+ssl", NetworkScheme.Ssl4),
        ("tcp6+ssl", NetworkScheme.Ssl6),
        ("telnet", NetworkScheme.Telnet),
        ("telnets", NetworkScheme.Telnets),
        ("rfc2217", NetworkScheme.Rfc2217),
        ("rfc2217s", NetworkScheme.Rfc2217s),
    ];

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    private NetworkUri(string text, NetworkScheme scheme, string host, int port, UriQuery query, TlsParameters parameters)
        : base(text, query)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
        Parameters = parameters;
    }

    /// <summary>How the peer is talked to.</summary>
    public NetworkScheme Scheme { get; }

    /// <summary>Name or address, an IPv6 address without its brackets; empty for every address, where one listens.</summary>
    public string Host { get; }

    /// <summary>TCP port; 0 for any free one, where one listens.</summary>
    public int Port { get; }

    /// <summary>What TLS must show.</summary>
    public TlsParameters Parameters { get; }

    /// <summary>The only family of addresses that will do; <see cref="AddressFamily.Unspecified"/> for either.</summary>
    public AddressFamily Family => Scheme switch
    {
        NetworkScheme.Tcp4 or NetworkScheme.Ssl4 => AddressFamily.InterNetwork,
        NetworkScheme.Tcp6 or NetworkScheme.Ssl6 => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    };

    /// <summary>Whether TLS begins with the connection.</summary>
    public bool StartsWithTls => Scheme is NetworkScheme.Ssl or NetworkScheme.Ssl4 or NetworkScheme.Ssl6
        or NetworkScheme.Telnets or NetworkScheme.Rfc2217s;

    /// <summary>Whether the connection must be TLS: by scheme, or because there is something to check.</summary>
    public bool RequiresTls => StartsWithTls || !Parameters.IsEmpty;

    /// <summary>Whether telnet is talked; raw bytes otherwise.</summary>
    public bool IsTelnet => IsComPort || Scheme is NetworkScheme.Telnet or NetworkScheme.Telnets;

    /// <summary>Whether COM-PORT-OPTION (RFC 2217) is asked for.</summary>
    public bool IsComPort => Scheme is NetworkScheme.Rfc2217 or NetworkScheme.Rfc2217s;

    /// <summary>Host and port as they stand in the URI, an IPv6 address in brackets.</summary>
    public string Authority => string.Create(CultureInfo.InvariantCulture, $"{BracketedHost}:{Port}");

    private string BracketedHost => Host.Contains(':', StringComparison.Ordinal)
        ? $"[{Host.Replace("%", "%25", StringComparison.Ordinal)}]"
        : Host;

    /// <summary>Reads a network address.</summary>
    /// <param name="text">Such as <c>telnets://host:7001#thumbprint=AA:BB:…</c>, <c>telnet://:7001</c> or <c>host:7001</c>.</param>
    /// <returns>The URI.</returns>
    /// <exception cref="FormatException">It is not one; the message quotes the part and shows a correct one.</exception>
    public static NetworkUri Parse(string text) =>
        TryParse(text, out var uri, out var error) ? uri : throw new FormatException(error);

    /// <summary>Reads a network address.</summary>
    /// <param name="text">Such as <c>telnets://host:7001#thumbprint=AA:BB:…</c>, <c>telnet://:7001</c> or <c>host:7001</c>.</param>
    /// <param name="uri">The URI.</param>
    /// <param name="error">What is wrong with which part, and a correct example.</param>
    /// <returns>False when it is not one.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NetworkUri? uri, [NotNullWhen(false)] out string? error) =>
        TryParse(text, null, out uri, out error);

    /// <summary>Reads a network address, for a reader that takes some of them only.</summary>
    /// <param name="text">Such as <c>telnets://host:7001#thumbprint=AA:BB:…</c>.</param>
    /// <param name="example">What errors show as correct; null for one that suits the scheme.</param>
    /// <param name="uri">The URI.</param>
    /// <param name="error">What is wrong with which part, and a correct example.</param>
    /// <returns>False when it is not one.</returns>
    public static bool TryParse(
        string? text, string? example, [NotNullWhen(true)] out NetworkUri? uri, [NotNullWhen(false)] out string? error)
    {
        uri = null;
        var scheme = NetworkScheme.Tcp;
        error = Read((text ?? "").Trim(), ref scheme, ref uri);
        if (error is not null)
            error = $"{error} Write it as {example ?? Example(scheme)}";
        return error is null;
    }

    /// <inheritdoc/>
    public bool Equals(NetworkUri? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <summary>The same address under another port, for one that listens where the system chose.</summary>
    /// <param name="port">The port.</param>
    /// <returns>The URI; its text is its usual spelling.</returns>
    public NetworkUri WithPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65_535);
        var text = new NetworkUri(Text, Scheme, Host, port, Query, Parameters).ToString();
        return new NetworkUri(text, Scheme, Host, port, Query, Parameters);
    }

    /// <inheritdoc/>
    public override string ToShortString() => $"{SchemeText(Scheme)}://{Authority}";

    /// <inheritdoc/>
    public override string ToString() =>
        ToShortString() + Query + (Parameters.IsEmpty ? "" : "#" + Parameters);

    private static string SchemeText(NetworkScheme scheme) => Array.Find(Schemes, row => row.Scheme == scheme).Text;

    /// <summary>The schemes, each with a URI to show.</summary>
    internal static IEnumerable<(string Scheme, string Example)> Examples => Schemes.Select(row => (row.Text, Example(row.Scheme)));

    private static string Example(NetworkScheme scheme) => scheme is NetworkScheme.Tcp or NetworkScheme.Tcp4 or NetworkScheme.Tcp6
        ? $"{SchemeText(scheme)}://console.example:7001"
        : $"{SchemeText(scheme)}://console.example:7001#thumbprint=0A:1B:…";

    private static string? Read(string text, ref NetworkScheme scheme, ref NetworkUri? uri)
    {
        if (text.Length == 0)
            return "The URI is empty.";
        if (text.Length > MaxLength)
            return $"The URI {Quoted.From(text)} has {text.Length} characters; {MaxLength} are read.";
        var rest = text;
        var schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd >= 0 && !text.AsSpan(0, schemeEnd).ContainsAny("?#"))
        {
            var name = text[..schemeEnd];
            var row = Array.FindIndex(Schemes, known => known.Text.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (row < 0)
                return $"{Quoted.From(name)} is not a scheme: {string.Join(", ", Schemes.Select(known => known.Text))} are.";
            scheme = Schemes[row].Scheme;
            rest = text[(schemeEnd + 3)..];
        }

        var hash = rest.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? null : rest[(hash + 1)..];
        var authority = hash < 0 ? rest : rest[..hash];
        var question = authority.IndexOf('?', StringComparison.Ordinal);
        var queryText = question < 0 ? null : authority[(question + 1)..];
        authority = question < 0 ? authority : authority[..question];
        if (authority.Contains('@', StringComparison.Ordinal))
            return "The URI carries no user name or password: remove what stands before '@'.";
        if (authority.EndsWith('/'))
            authority = authority[..^1];
        if (authority.IndexOf('/', StringComparison.Ordinal) is >= 0 and var path)
            return $"{Quoted.From(authority, path)} after the port has no meaning: parameters follow '#', as in #verify.";

        if (ReadHost(authority, scheme, out var host, out var portText) is { } hostError)
            return hostError;
        if (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 0 or > 65_535)
        {
            return portText.Length == 0
                ? $"{Quoted.From(authority)} has no port."
                : $"{Quoted.From(portText)} is not a port: a number from 1 to 65535 is.";
        }

        if (!UriQuery.TryParse(queryText, out var query, out var error))
            return error;
        var parameters = TlsParameters.None;
        if (fragment is not null)
        {
            if (!TlsParameters.TryParse(fragment, out parameters, out error))
                return error;
            if (scheme is NetworkScheme.Tcp or NetworkScheme.Tcp4 or NetworkScheme.Tcp6)
            {
                return $"{Quoted.From($"#{fragment}")} cannot be had on {SchemeText(scheme)}://, which knows no TLS: "
                    + "take ssl://, or telnets:// for telnet.";
            }
        }

        uri = new NetworkUri(text, scheme, host, port, query, parameters);
        return null;
    }

    private static string? ReadHost(string authority, NetworkScheme scheme, out string host, out string port)
    {
        port = "";
        if (authority.StartsWith('['))
        {
            var end = authority.IndexOf(']', StringComparison.Ordinal);
            host = end < 0 ? "" : authority[1..end].Replace("%25", "%", StringComparison.Ordinal);
            if (end < 0)
                return $"{Quoted.From(authority)} opens a bracket for an IPv6 address and does not close it.";
            if (!IsIpv6(host))
                return $"{Quoted.From(host)} in brackets is not an IPv6 address.";
            end++;
            if (end < authority.Length && authority[end] != ':')
                return $"{Quoted.From(authority, end)} after the IPv6 address is not a port.";
            port = end < authority.Length ? authority[(end + 1)..] : "";
            return scheme is NetworkScheme.Tcp4 or NetworkScheme.Ssl4
                ? $"{Quoted.From(host)} is an IPv6 address, and {SchemeText(scheme)}:// takes IPv4 only."
                : null;
        }

        var colon = authority.LastIndexOf(':');
        port = colon < 0 ? "" : authority[(colon + 1)..];
        var given = colon < 0 ? authority : authority[..colon];
        if (!Percent.TryDecode(given, out host))
            return $"{Quoted.From(given)} has a '%' without two hex digits.";
        if (host.Contains(':', StringComparison.Ordinal))
            return $"{Quoted.From(authority)} looks like an IPv6 address: put it into brackets, as in {SchemeText(scheme)}://[::1]:13370.";
        if (host.AsSpan().IndexOfAnyExcept(HostCharacters) is >= 0 and var bad)
            return $"{Quoted.From(host, bad)} in host {Quoted.From(host)} cannot be part of a host name.";
        if (host.Length > 253)
            return $"Host {Quoted.From(host)} has {host.Length} characters; names have 253 at most.";
        return scheme is NetworkScheme.Tcp6 or NetworkScheme.Ssl6 && IPAddress.TryParse(host, out _)
            ? $"{Quoted.From(host)} is an IPv4 address, and {SchemeText(scheme)}:// takes IPv6 only."
            : null;
    }

    private static bool IsIpv6(string host) =>
        host.Contains(':', StringComparison.Ordinal)
        && host.AsSpan().IndexOfAny("[]/ ") < 0
        && host.All(c => c is > ' ' and < '\u007F')
        && IPAddress.TryParse(host, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;
}
