using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Portside.Configuration.Syntax;

/// <summary>An address to listen on: <c>0.0.0.0:13370</c>, <c>[::]:13370</c> or <c>localhost:13371</c>; port 0 is any free one.</summary>
internal sealed class EndpointSyntax : ValueSyntax<IPEndPoint>
{
    /// <summary>The one there is.</summary>
    public static EndpointSyntax Instance { get; } = new();

    public override string Expected => "an address and a port such as 127.0.0.1:13371 or [::]:13370";

    public override string? Read(string text, out IPEndPoint value)
    {
        value = new IPEndPoint(IPAddress.None, 0);
        var whole = text.Trim();
        var colon = whole.LastIndexOf(':');
        if (colon < 0)
            return int.TryParse(whole, CultureInfo.InvariantCulture, out _)
                ? $"'{text}' has no address; write 127.0.0.1:{whole}, 0.0.0.0:{whole} or [::]:{whole}"
                : IPAddress.TryParse(whole, out _) ? $"'{text}' has no port; write {whole}:PORT" : Unexpected(text);

        var complaint = ReadAddress(whole[..colon], whole[(colon + 1)..], out var address);
        if (complaint is not null)
            return complaint;
        if (!int.TryParse(whole.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65_535)
            return $"'{whole[(colon + 1)..]}' is not a port; expected 0 to 65535";
        value = new IPEndPoint(address, port);
        return null;
    }

    public override string Format(IPEndPoint value) => value.ToString();

    /// <summary>Reads the address of an endpoint or a range.</summary>
    /// <param name="text">What stands before the last colon.</param>
    /// <param name="port">What stands after it, for the complaint.</param>
    /// <param name="address">The address.</param>
    /// <returns>Null, or what is wrong.</returns>
    public static string? ReadAddress(string text, string port, out IPAddress address)
    {
        address = IPAddress.None;
        if (text is "" or "*")
            return $"'{text}:{port}' has no address; write 0.0.0.0:{port} for every IPv4 and [::]:{port} for every IPv6 address";
        if (text.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = IPAddress.Loopback;
            return null;
        }

        var bracketed = text[0] == '[' && text[^1] == ']';
        var bare = bracketed ? text[1..^1] : text;
        if (!IPAddress.TryParse(bare, out var parsed))
            return $"'{text}' is not an IP address; names are not looked up here";
        if (parsed.AddressFamily == AddressFamily.InterNetworkV6 && !bracketed)
            return $"'{text}:{port}' is ambiguous; write an IPv6 address in brackets: [::1]:13371";

        // The platform reads 10.1 as 10.0.0.1, which is never what somebody meant to write.
        if (parsed.AddressFamily == AddressFamily.InterNetwork && (bracketed || bare.Count(c => c == '.') != 3))
            return $"'{text}' is not an IP address; names are not looked up here";
        address = parsed;
        return null;
    }
}
