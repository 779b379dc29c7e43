namespace Portside.Output;

/// <summary>A word as a shell takes it for one: with quotes where it needs them.</summary>
internal static class ShellWord
{
    /// <summary>Quotes <paramref name="word"/> if need be.</summary>
    /// <param name="word">Any text.</param>
    /// <returns>The word itself if it is plain, else in single quotes.</returns>
    public static string Of(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or '@' or '%' or '+' or ',')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
