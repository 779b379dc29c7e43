using System.Diagnostics.CodeAnalysis;
using Portside.Lines.Tls;
using Portside.Lines.Uris;

namespace Portside.Host.Proxies;

/// <summary>Where a virtual machine finds its proxy and how it checks it: the <c>proxyURI</c> of a serial port.</summary>
/// <remarks>
/// A <see cref="NetworkUri"/> with scheme <c>telnet</c> or <c>telnets</c>, a host, and no query. Any TLS parameter on
/// <c>telnet://</c> makes TLS a must: a proxy that does not offer it is not fallen back to.
/// </remarks>
public sealed record ProxyUri
{
    private const string Example = "telnets://concentrator.example:13370#thumbprint=0A:1B:…";

    private const int MaxScheme = 20;

    private readonly NetworkUri _network;

    private ProxyUri(NetworkUri network) => _network = network;

    /// <summary>Telnet with TLS in band (<see cref="NetworkScheme.Telnet"/>), or TLS from the first byte (<see cref="NetworkScheme.Telnets"/>).</summary>
    public NetworkScheme Scheme => _network.Scheme;

    /// <summary>Name or address, an IPv6 address without its brackets.</summary>
    public string Host => _network.Host;

    /// <summary>TCP port, 1 to 65,535.</summary>
    public int Port => _network.Port;

    /// <summary>What the proxy's TLS must show.</summary>
    public TlsParameters Parameters => _network.Parameters;

    /// <summary>Whether the connection must be TLS: by scheme, or because there is something to check.</summary>
    public bool RequiresTls => _network.RequiresTls;

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
        var scheme = (text ?? "").Trim();
        scheme = scheme[..Math.Max(0, scheme.IndexOf("://", StringComparison.Ordinal))];
        if (scheme.Length is > 0 and <= MaxScheme && scheme.All(char.IsAsciiLetterOrDigit) && !scheme.Equals("telnet", StringComparison.OrdinalIgnoreCase) && !scheme.Equals("telnets", StringComparison.OrdinalIgnoreCase))
        {
            // Before the schemes of all other addresses are told, which a proxy has not.
            error = $"'{scheme}://' is not a scheme of a proxy URI: only telnet:// and telnets:// are. Write it as {Example}";
            return false;
        }

        if (!NetworkUri.TryParse(text, Example, out var network, out error))
            return false;
        error = Refuse(network);
        if (error is not null)
        {
            error = $"{error} Write it as {Example}";
            return false;
        }

        uri = new ProxyUri(network);
        return true;
    }

    /// <summary>The URI in its usual spelling, as it could be pasted into vSphere.</summary>
    /// <returns>Such as <c>telnets://[::1]:13370#thumbprint=AA:BB:…</c>.</returns>
    public override string ToString() => _network.ToString();

    private static string? Refuse(NetworkUri uri)
    {
        if (!uri.Text.Contains("://", StringComparison.Ordinal))
            return $"'{uri.Text}' has no scheme: a proxy is reached by telnet:// or telnets://.";
        if (uri.Host.Length == 0)
            return "The host is missing: the virtual machine always dials its proxy.";
        if (uri.Port == 0)
            return "'0' is not a port: a number from 1 to 65535 is.";
        return uri.Query.IsEmpty ? null : $"'{uri.Query}' after the port has no meaning: parameters follow '#', as in #verify.";
    }
}
