using System.Globalization;
using System.Text;

namespace Portside.VSphere.Client;

/// <summary>Text of a server, made fit for one line of a log or of a terminal.</summary>
internal static class ServerText
{
    /// <summary>Characters that are kept of a text.</summary>
    public const int Longest = 300;

    /// <summary>
    /// <paramref name="text"/> on one line and cut: blanks, ends of lines and control characters in a row are one blank, and what turns
    /// the direction of writing is left out.
    /// </summary>
    /// <param name="text">Anything.</param>
    /// <returns>At most <see cref="Longest"/> characters and an ellipsis; empty for null.</returns>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var line = new StringBuilder();
        var isApart = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Format or UnicodeCategory.Surrogate || rune == Rune.ReplacementChar)
                continue;
            if (category == UnicodeCategory.Control || Rune.IsWhiteSpace(rune))
            {
                isApart = line.Length > 0;
                continue;
            }

            if (line.Length + rune.Utf16SequenceLength + (isApart ? 1 : 0) > Longest)
                return line.Append('…').ToString();
            if (isApart)
                line.Append(' ');
            isApart = false;
            line.Append(rune.ToString());
        }

        return line.ToString();
    }
}
