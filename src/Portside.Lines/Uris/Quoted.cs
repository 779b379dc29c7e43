using System.Globalization;
using System.Text;

namespace Portside.Lines.Uris;

/// <summary>Part of a text somebody gave, as errors quote it: short, and harmless to a terminal or a log.</summary>
internal static class Quoted
{
    private const int Longest = 60;

    /// <summary>Quotes.</summary>
    public static string From(string part, int start = 0) => From(part.AsSpan(start));

    /// <summary>Quotes.</summary>
    public static string From(ReadOnlySpan<char> part)
    {
        var text = new StringBuilder("'");
        foreach (var c in part.Length <= Longest ? part : part[..Longest])
        {
            if (char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Surrogate)
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                text.Append(c);
        }

        return text.Append(part.Length <= Longest ? "'" : "…'").ToString();
    }
}
