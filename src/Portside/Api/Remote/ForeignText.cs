using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Portside.Api.Contracts;
using Portside.Output;

namespace Portside.Api.Remote;

/// <summary>What a server says about an error, made so that none of it can be taken for a line of ours.</summary>
internal static class ForeignText
{
    private const int LongestLine = 300;
    private const int MostLines = 16;
    private const int MostCandidates = 32;

    // What a shell takes for more than a word; in front of a newline, too, a command of ours has none of these.
    private static readonly SearchValues<char> ShellSigns = SearchValues.Create(";|&<>$`(){}\n\r");

    /// <summary>A problem that can be shown.</summary>
    /// <param name="problem">As it came.</param>
    /// <returns>Its texts cut and cleaned; lines after the first of a text begin with a dash, and a next command is one of this program or none.</returns>
    public static Problem Of(Problem problem) => problem with
    {
        Type = Line(problem.Type),
        Title = Line(problem.Title),
        Detail = Lines(problem.Detail),
        Next = problem.Next is { } next && next.StartsWith("portside ", StringComparison.Ordinal) && next.AsSpan().IndexOfAny(ShellSigns) < 0 ? Line(next) : null,
        Candidates = problem.Candidates is { } candidates ? [.. candidates.OfType<string>().Take(MostCandidates).Select(one => Line(one))] : null,
        Holder = Line(problem.Holder),
    };

    /// <summary>A text that can be shown in a line.</summary>
    /// <param name="text">As it came.</param>
    /// <returns>Cut and cleaned; null for null.</returns>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Line(string? text)
    {
        if (text is null)
            return null;
        var safe = SafeText.Of(text.Length > LongestLine ? text[..LongestLine] : text);
        return text.Length > LongestLine ? safe + "…" : safe;
    }

    private static string? Lines(string? text)
    {
        if (text is null)
            return null;
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join("\n  - ", lines.Take(MostLines).Select(Line));
    }
}
