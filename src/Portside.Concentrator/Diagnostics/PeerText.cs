using System.Globalization;
using System.Text;

namespace Portside.Concentrator.Diagnostics;

/// <summary>Text a peer claims, made safe for terminals, logs and JSON: bounded, and without characters that act.</summary>
public static class PeerText
{
    /// <summary>Longest text kept, in characters; a vSphere name has at most 80.</summary>
    public const int MaxLength = 255;

    /// <summary>Reads UTF-8; what is not valid, and every control or formatting character, shows as U+FFFD.</summary>
    /// <param name="utf8">Bytes of the peer.</param>
    /// <returns>At most <see cref="MaxLength"/> characters.</returns>
    public static string Read(ReadOnlySpan<byte> utf8) =>
        // A character takes at most four bytes, so more than that cannot show.
        Clean(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxLength * 4)]));

    /// <summary>Reads a name: safe text without blanks around it.</summary>
    /// <param name="utf8">Bytes of the peer.</param>
    /// <returns>At most <see cref="MaxLength"/> characters; null when none of them can be seen or told from another.</returns>
    public static string? ReadName(ReadOnlySpan<byte> utf8) => CleanName(Read(utf8));

    /// <summary>Makes a name safe in the same way.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>At most <see cref="MaxLength"/> characters; null when none of them can be seen or told from another.</returns>
    public static string? CleanName(string text)
    {
        var name = Clean(text).Trim();
        return name.EnumerateRunes().Any(IsSeen) ? name : null;
    }

    /// <summary>Makes text safe in the same way.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">Longest text kept, in characters.</param>
    /// <returns>At most that many characters.</returns>
    public static string Clean(string text, int maxLength = MaxLength)
    {
        var clean = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > maxLength)
                break;
            var acts = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned || IsFiller(rune);
            clean.Append(acts ? "\uFFFD" : rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>Makes a URI safe in the same way, and shows no user name or password that stands in it.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>At most <see cref="MaxLength"/> characters.</returns>
    public static string CleanUri(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var rest = start < 3 ? "" : text.AsSpan(start);
        var end = rest.IndexOfAny('?', '#');
        var at = (end < 0 ? rest : rest[..end]).LastIndexOf('@');
        return Clean(at < 0 ? text : $"{text.AsSpan(0, start)}…{rest[at..]}");
    }

    /// <summary>Letters and marks by their category that show as nothing or as a blank.</summary>
    private static bool IsFiller(Rune rune) => rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5
        or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFA0;

    private static bool IsSeen(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.SpaceSeparator or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark);
}
