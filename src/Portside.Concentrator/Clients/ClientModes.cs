namespace Portside.Concentrator.Clients;

/// <summary>The words for <see cref="ClientMode"/> in commands, API and configuration.</summary>
public static class ClientModes
{
    private static readonly string[] Words =
        ["read-write", "read-only", "exclusive", "exclusive-write", "read-only-fallback"];

    /// <summary>All words, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> All => Words;

    /// <summary>The word for a mode.</summary>
    /// <param name="mode">A mode.</param>
    /// <returns>Such as <c>read-only</c>.</returns>
    public static string ToWord(this ClientMode mode) => Words[(int)mode];

    /// <summary>The mode a word names.</summary>
    /// <param name="word">Such as <c>read-only</c>.</param>
    /// <param name="mode">The mode.</param>
    /// <returns>False for any other word.</returns>
    public static bool TryParse(string? word, out ClientMode mode)
    {
        var index = Array.IndexOf(Words, word?.ToLowerInvariant());
        mode = (ClientMode)Math.Max(0, index);
        return index >= 0;
    }
}
