using System.Globalization;
using System.Text;

namespace Portside.Testing;

/// <summary>
/// Bytes as people write them: hex pairs, <c>"text"</c> (UTF-8), and <c>..</c> for a byte that does not matter. Blanks,
/// line ends, <c>|</c> and <c>·</c> separate.
/// </summary>
public static class HexScript
{
    /// <summary>Reads a script without <c>..</c>.</summary>
    /// <param name="script">Such as <c>FF FA E8 46 53 "vSPC.py" FF F0</c>.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="FormatException">The script is not of this form.</exception>
    public static byte[] Bytes(string script) =>
        [.. Pattern(script).Select(b => b ?? throw new FormatException("Only an expectation may leave a byte open."))];

    /// <summary>Reads a script; an open byte is null.</summary>
    /// <param name="script">Such as <c>FF FA E8 28 .. .. .. .. FF F0</c>.</param>
    /// <returns>One entry for each byte.</returns>
    /// <exception cref="FormatException">The script is not of this form.</exception>
    public static byte?[] Pattern(string script)
    {
        var pattern = new List<byte?>();
        for (var at = 0; at < script.Length;)
        {
            if (char.IsWhiteSpace(script[at]) || script[at] is '|' or '·')
            {
                at++;
            }
            else if (script[at] == '"')
            {
                var end = script.IndexOf('"', at + 1);
                if (end < 0)
                    throw new FormatException($"The text at {at} has no closing quote: {script}");
                pattern.AddRange(Encoding.UTF8.GetBytes(script[(at + 1)..end]).Select(b => (byte?)b));
                at = end + 1;
            }
            else if (at + 1 < script.Length && script.AsSpan(at, 2) is "..")
            {
                pattern.Add(null);
                at += 2;
            }
            else if (at + 1 < script.Length
                && byte.TryParse(script.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                pattern.Add(value);
                at += 2;
            }
            else
            {
                throw new FormatException($"Not a hex pair at {at}: {script}");
            }
        }

        return [.. pattern];
    }

    /// <summary>Writes bytes as hex pairs with blanks between.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <returns>Such as <c>FF FB 25</c>.</returns>
    public static string Format(ReadOnlySpan<byte> bytes) =>
        string.Join(' ', Convert.ToHexString(bytes).Chunk(2).Select(pair => new string(pair)));
}
