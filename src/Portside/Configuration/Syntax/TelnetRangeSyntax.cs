using System.Globalization;
using System.Net.Sockets;

namespace Portside.Configuration.Syntax;

/// <summary>An address with a range of ports, <c>127.0.0.1:50000-59999</c>, or <c>off</c>.</summary>
internal sealed class TelnetRangeSyntax : ValueSyntax<TelnetRange>
{
    /// <summary>The one there is.</summary>
    public static TelnetRangeSyntax Instance { get; } = new();

    public override string Expected => "an address with a range of ports such as 127.0.0.1:50000-59999, or off";

    public override string? Read(string text, out TelnetRange value)
    {
        value = default;
        var whole = text.Trim();
        if (whole is "off" or "false" or "no")
            return null;
        var colon = whole.LastIndexOf(':');
        var dash = whole.LastIndexOf('-');
        if (colon < 0)
            return Unexpected(text);
        if (dash < colon)
            return $"'{text}' has no range; write {whole}-65535";
        var complaint = EndpointSyntax.ReadAddress(whole[..colon], whole[(colon + 1)..], out var address);
        if (complaint is not null)
            return complaint;
        if (!TryPort(whole.AsSpan(colon + 1, dash - colon - 1), out var first)
            || !TryPort(whole.AsSpan(dash + 1), out var last))
        {
            return $"'{whole[(colon + 1)..]}' is not a range of ports; expected FIRST-LAST with 1 to 65535";
        }

        if (first > last)
            return $"'{whole[(colon + 1)..]}' runs backwards; write {last}-{first}";
        value = new TelnetRange(address, first, last);
        return null;
    }

    public override string Format(TelnetRange value) => value.Address is null
        ? "off"
        : value.Address.AddressFamily == AddressFamily.InterNetworkV6
            ? string.Create(CultureInfo.InvariantCulture, $"[{value.Address}]:{value.First}-{value.Last}")
            : string.Create(CultureInfo.InvariantCulture, $"{value.Address}:{value.First}-{value.Last}");

    private static bool TryPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535;
}
