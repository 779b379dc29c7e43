using System.Globalization;

namespace Portside.Configuration.Syntax;

/// <summary>A range of TCP ports, <c>7000-7999</c>, a single one, or <c>off</c>.</summary>
internal sealed class PortRangeSyntax : ValueSyntax<PortRange>
{
    /// <summary>The one there is.</summary>
    public static PortRangeSyntax Instance { get; } = new();

    public override string Expected => "a range of ports such as 7000-7999, or off";

    public override string? Read(string text, out PortRange value)
    {
        value = new PortRange(1, 0);
        var whole = text.Trim();
        if (whole is "off" or "false" or "no")
            return null;
        var dash = whole.IndexOf('-', StringComparison.Ordinal);
        if (!TryPort(dash < 0 ? whole : whole[..dash], out var first) || !TryPort(dash < 0 ? whole : whole[(dash + 1)..], out var last))
            return Unexpected(text);
        if (first > last)
            return $"'{whole}' runs backwards; write {last}-{first}";
        value = new PortRange(first, last);
        return null;
    }

    public override string Format(PortRange value) => value.Last == 0
        ? "off"
        : string.Create(CultureInfo.InvariantCulture, $"{value.First}-{value.Last}");

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535;
}
