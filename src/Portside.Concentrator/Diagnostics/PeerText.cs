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

    /// <summary>Makes text safe in the same way.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>At most <see cref="MaxLength"/> characters.</returns>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > MaxLength)
                break;
            var acts = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
            clean.Append(acts ? "\uFFFD" : rune.ToString());
        }

        return clean.ToString();
    }
}
