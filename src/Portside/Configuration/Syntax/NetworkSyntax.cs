using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Portside.Configuration.Syntax;

/// <summary>A network: <c>10.1.0.0/16</c>, <c>fd00::/8</c>, or one address.</summary>
internal sealed class NetworkSyntax : ValueSyntax<IPNetwork>
{
    /// <summary>The one there is.</summary>
    public static NetworkSyntax Instance { get; } = new();

    public override string Expected => "a network such as 10.1.0.0/16 or fd00::/8, or one address";

    public override string? Read(string text, out IPNetwork value)
    {
        value = default;
        var parts = text.Trim().Split('/');

        // The platform reads 10.1 as 10.0.0.1, which is never what somebody meant to write.
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out var address) || parts[0].Contains('%', StringComparison.Ordinal)
            || (address.AddressFamily == AddressFamily.InterNetwork && parts[0].Count(c => c == '.') != 3))
            return Unexpected(text);
        var bits = address.GetAddressBytes();
        var length = bits.Length * 8;
        if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits.Length * 8))
            return $"'{parts[1]}' is not the length of a prefix; expected 0 to {bits.Length * 8}";
        for (var bit = length; bit < bits.Length * 8; bit++)
            bits[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        var first = new IPAddress(bits);
        if (!first.Equals(address))
            return $"'{text}' names an address and a network; write {first}/{length} for the network or {address} for the address";
        value = new IPNetwork(first, length);
        return null;
    }

    public override string Format(IPNetwork value) => value.ToString();
}
