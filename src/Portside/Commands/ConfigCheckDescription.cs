namespace Portside.Commands;

/// <summary>What <c>config check -o json</c> found.</summary>
/// <param name="File">The file that was read, or null.</param>
/// <param name="Ok">Whether it can be used.</param>
/// <param name="Mistakes">All that is wrong.</param>
internal sealed record ConfigCheckDescription(string? File, bool Ok, IReadOnlyList<ConfigCheckDescription.Mistake> Mistakes)
{
    /// <summary>Something that is wrong.</summary>
    /// <param name="Where"><c>file:line:column</c>, the variable or the option.</param>
    /// <param name="Line">Line in the file, from 1; null elsewhere.</param>
    /// <param name="Column">Column in the file, from 1; null elsewhere.</param>
    /// <param name="Message">What.</param>
    internal sealed record Mistake(string Where, long? Line, long? Column, string Message);
}
