namespace Portside.Lines.Uris;

/// <summary>The path of a URI without host: <c>/path</c> or <c>///path</c>.</summary>
internal static class FilePath
{
    /// <summary>Takes the empty authority off and looks at what is left.</summary>
    /// <param name="path">The decoded path.</param>
    /// <param name="what">What lies there, for people.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? Refuse(ref string path, string what)
    {
        if (path.StartsWith("///", StringComparison.Ordinal))
            path = path[2..];
        if (path.Length == 0)
            return $"The path of the {what} is missing.";
        if (path[0] != '/' || path.StartsWith("//", StringComparison.Ordinal))
            return $"{Quoted.From(path)} is not an absolute path.";
        if (path.Contains('\0', StringComparison.Ordinal))
            return $"{Quoted.From(path)} holds a NUL, which no path does.";
        return path.Length == 1 ? $"{Quoted.From(path)} is a directory, not a {what}." : null;
    }
}
