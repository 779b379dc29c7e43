namespace Portside.Lines.Uris;

/// <summary>What somebody may have meant.</summary>
public static class Spelling
{
    /// <summary>The candidate nearest to <paramref name="word"/>, if one is near enough to be a slip of the fingers.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="candidates">What there is.</param>
    /// <returns>The nearest candidate, or null.</returns>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(word);
        return Nearest(word, candidates, Math.Max(2, word.Length / 3));
    }

    /// <summary>The candidate nearest to <paramref name="word"/>, if one is near enough.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="candidates">What there is.</param>
    /// <param name="slips">How many letters may be wrong, missing, too many or swapped.</param>
    /// <returns>The nearest candidate, or null.</returns>
    public static string? Nearest(string word, IEnumerable<string> candidates, int slips)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(candidates);
        string? nearest = null;
        var least = slips + 1;
        foreach (var candidate in candidates)
        {
            var distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < least && distance < Math.Max(word.Length, candidate.Length))
                (nearest, least) = (candidate, distance);
        }

        return nearest;
    }

    // Levenshtein's distance with two neighbours swapped counted as one slip.
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
