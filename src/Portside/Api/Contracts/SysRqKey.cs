namespace Portside.Api.Contracts;

/// <summary>The key of Linux' SysRq, as it is written in a query, a control message or a command.</summary>
internal static class SysRqKey
{
    /// <summary>What is said of any other text.</summary>
    public const string Rule = "a SysRq key is one printable ASCII character, such as h for help";

    /// <summary>Reads a key.</summary>
    /// <param name="text">What was written; null for none.</param>
    /// <param name="key">The key; null for none.</param>
    /// <returns>False when it is no key.</returns>
    public static bool TryParse(string? text, out byte? key)
    {
        key = text is [> ' ' and <= '~'] ? (byte)text[0] : null;
        return text is null || key is not null;
    }
}
