using System.Buffers;
using System.Globalization;

namespace Portside.Configuration.Syntax;

/// <summary>A number of bytes: <c>65536</c>, <c>64KiB</c>, <c>8MiB</c>, <c>1GiB</c>; also <c>64K</c>, and <c>kB</c> for thousands.</summary>
/// <param name="least">Fewest bytes accepted.</param>
/// <param name="most">Most bytes accepted.</param>
internal sealed class SizeSyntax(long least, long most) : ValueSyntax<long>
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789._");

    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("T", 1L << 40), ("G", 1L << 30), ("M", 1L << 20), ("K", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1),
    ];

    /// <summary>Any size from nothing up.</summary>
    public static SizeSyntax Any { get; } = new(0, long.MaxValue);

    public override string Expected => "a size such as 65536, 64KiB or 8MiB";

    public override string? Read(string text, out long value)
    {
        value = 0;
        var rest = text.AsSpan().Trim();
        var digits = rest.IndexOfAnyExcept(NumberCharacters);
        var number = digits < 0 ? rest : rest[..digits];
        var word = digits < 0 ? "B" : rest[digits..].Trim();
        if (number.IsEmpty
            || !decimal.TryParse(number.ToString().Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
        {
            return Unexpected(text);
        }

        foreach (var (unit, bytes) in Units)
        {
            if (!word.Equals(unit, StringComparison.OrdinalIgnoreCase))
                continue;
            if (count > long.MaxValue / bytes || count * bytes < least || count * bytes > most)
                return $"'{text}' is out of range; expected {Format(least)} to {Format(most)}";
            value = (long)(count * bytes);
            return null;
        }

        return Unexpected(text);
    }

    public override string Format(long value)
    {
        foreach (var (unit, bytes) in Units)
        {
            if (unit.Length == 3 && value >= bytes && value % bytes == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{value / bytes}{unit}");
        }

        return value.ToString(CultureInfo.InvariantCulture);
    }
}
