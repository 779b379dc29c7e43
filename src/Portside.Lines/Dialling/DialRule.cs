using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Enumeration;
using System.Net;
using System.Net.Sockets;
using Portside.Lines.Uris;

namespace Portside.Lines.Dialling;

/// <summary>Targets by host name or by network, with a range of ports.</summary>
/// <remarks>
/// <code>
/// rule    = target [ ":" ports ]
/// target  = name, with * and ? as in file names / IPv4 [ "/" bits ] / "[" IPv6 "]" [ "/" bits ]
/// ports   = "*" / port / port "-" port                       without: every port
/// </code>
/// Such as <c>*.lab.example:7000-7999</c>, <c>192.0.2.0/24:23</c> or <c>[2001:db8::]/32</c>.
/// </remarks>
public sealed class DialRule
{
    private const string Example = "*.lab.example:7000-7999, 192.0.2.0/24:23 or [2001:db8::]/32";

    private readonly string _text;
    private readonly string? _pattern;
    private readonly IPNetwork _network;
    private readonly int _first;
    private readonly int _last;

    private DialRule(string text, string? pattern, IPNetwork network, int first, int last)
    {
        _text = text;
        _pattern = pattern;
        _network = network;
        _first = first;
        _last = last;
    }

    /// <summary>Whether it names a network, rather than hosts by name.</summary>
    public bool IsNetwork => _pattern is null;

    /// <summary>Reads a rule.</summary>
    /// <param name="text">Such as <c>*.lab.example:7000-7999</c>.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="FormatException">It is not one; the message quotes the part and shows correct ones.</exception>
    public static DialRule Parse(string text) =>
        TryParse(text, out var rule, out var error) ? rule : throw new FormatException(error);

    /// <summary>Reads a rule.</summary>
    /// <param name="text">Such as <c>*.lab.example:7000-7999</c>.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="error">What is wrong with which part, and correct ones.</param>
    /// <returns>False when it is not one.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DialRule? rule, [NotNullWhen(false)] out string? error)
    {
        rule = null;
        error = Read((text ?? "").Trim(), ref rule);
        if (error is not null)
            error = $"{error} Write it as {Example}";
        return error is null;
    }

    /// <summary>Whether a target falls under this rule.</summary>
    /// <param name="host">The host as the URI has it.</param>
    /// <param name="address">What it resolved to, an IPv4-mapped one as IPv4.</param>
    /// <param name="port">The port.</param>
    /// <returns>True when all parts match. A name never matches a host that is an address itself.</returns>
    public bool Matches(string host, IPAddress address, int port)
    {
        if (_pattern is null)
            return IsInRange(port) && Covers(address);
        return MayMatch(host, port) && (_pattern == "*" || !IPAddress.TryParse(host, out _));
    }

    /// <summary>Whether it names a network that an address is in, whatever the port.</summary>
    /// <param name="address">The address, an IPv4-mapped one as IPv4.</param>
    internal bool Covers(IPAddress address) =>
        IsNetwork && _network.BaseAddress.AddressFamily == address.AddressFamily && _network.Contains(address);

    /// <summary>Whether a target whose address is not known yet may fall under this rule.</summary>
    /// <param name="host">The host as the URI has it, a name.</param>
    /// <param name="port">The port.</param>
    /// <returns>False when no address would make it.</returns>
    internal bool MayMatch(string host, int port) => IsInRange(port)
        && (_pattern is null || FileSystemName.MatchesSimpleExpression(_pattern, host.TrimEnd('.'), ignoreCase: true));

    private bool IsInRange(int port) => port >= _first && port <= _last;

    /// <summary>The rule as given.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;

    private static string? Read(string text, ref DialRule? rule)
    {
        if (text.Length == 0)
            return "The rule is empty.";
        var bracket = text.IndexOf(']', StringComparison.Ordinal);
        if (text[0] == '[' && bracket < 0)
            return $"{Quoted.From(text)} opens a bracket for an IPv6 address and does not close it.";
        var colon = text.IndexOf(':', Math.Max(0, text[0] == '[' ? bracket : 0));
        var target = colon < 0 ? text : text[..colon];
        if (ReadPorts(colon < 0 ? "*" : text[(colon + 1)..], out var first, out var last) is { } portsError)
            return portsError;

        var slash = target.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? target : target[..slash];
        if (text[0] == '[')
            host = host[1..^1];
        if (text[0] == '[' || IsDotted(host))
        {
            if (!IPAddress.TryParse(host, out var address)
                || address.AddressFamily != (text[0] == '[' ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork))
                return $"{Quoted.From(host)} is not an address.";
            var width = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            var bits = width;
            if (slash >= 0 && (!int.TryParse(target.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > width))
                return $"{Quoted.From(target, slash)} is not a length of a network's prefix, 0 to {width}.";
            rule = new DialRule(text, null, Masked(address, bits), first, last);
            return null;
        }

        if (slash >= 0)
            return $"{Quoted.From(target)} is a name with a prefix length; only addresses have one.";
        foreach (var c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '*' or '?'))
                return $"{Quoted.From([c])} in {Quoted.From(host)} cannot be part of a host name.";
        }

        if (host.Length == 0)
            return $"{Quoted.From(text)} has no host: '*' is every one.";
        rule = new DialRule(text, host, default, first, last);
        return null;
    }

    private static bool IsDotted(string host) => host.All(c => char.IsAsciiDigit(c) || c == '.');

    private static IPNetwork Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), bits);
    }

    private static string? ReadPorts(string text, out int first, out int last)
    {
        (first, last) = (1, 65_535);
        if (text == "*")
            return null;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var from = dash < 0 ? text : text[..dash];
        var to = dash < 0 ? text : text[(dash + 1)..];
        return int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out last)
            && first >= 1 && last <= 65_535 && first <= last
            ? null
            : $"{Quoted.From(text)} is not a range of ports.";
    }
}
