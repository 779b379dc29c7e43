namespace Portside.Lines.Uris;

/// <summary>Percent-encoding (RFC 3986 §2.1).</summary>
internal static class Percent
{
    /// <summary>Decodes; what is not UTF-8 stays encoded.</summary>
    /// <returns>False when a <c>%</c> has no two hex digits behind it.</returns>
    public static bool TryDecode(string value, out string decoded)
    {
        decoded = value;
        for (var at = value.IndexOf('%', StringComparison.Ordinal); at >= 0; at = value.IndexOf('%', at + 1))
        {
            if (at + 2 >= value.Length || !char.IsAsciiHexDigit(value[at + 1]) || !char.IsAsciiHexDigit(value[at + 2]))
                return false;
        }

        decoded = Uri.UnescapeDataString(value);
        return true;
    }

    /// <summary>Encodes a path, its slashes kept.</summary>
    public static string EncodePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
