using System.Globalization;
using System.Text;

namespace Portside.Output;

/// <summary>Text from elsewhere (names of machines and people), made harmless for terminals and log lines.</summary>
internal static class SafeText
{
    /// <summary>
    /// <paramref name="text"/> with control characters, direction marks and halves of characters written out as
    /// <c>\x1b</c> or <c>\u202e</c>, so that nobody's name moves the cursor, colours the screen or starts a line.
    /// </summary>
    /// <param name="text">Anything.</param>
    /// <returns>One line of text.</returns>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (!text.EnumerateRunes().Any(IsHarmful))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsHarmful(rune))
                safe.Append(rune.ToString());
            else if (rune.Value <= 0xFF)
                safe.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            else
                safe.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return safe.ToString();
    }

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
        || rune == Rune.ReplacementChar;
}
