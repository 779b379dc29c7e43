using System.Text;

namespace Portside.Host.Guests;

/// <summary>Words as a shell separates them, without anything else a shell does.</summary>
internal static class Words
{
    /// <summary>Reads words.</summary>
    /// <param name="text">Blanks separate; quotes of either kind keep blanks, and so does a backslash outside of single quotes.</param>
    /// <param name="words">The words.</param>
    /// <returns>False when a quote is not closed.</returns>
    public static bool TryRead(string text, out IReadOnlyList<string> words)
    {
        var read = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\\' && quote != '\'' && at + 1 < text.Length)
            {
                word.Append(text[++at]);
                isWord = true;
            }
            else if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
                isWord = true;
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (isWord)
                    read.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        if (isWord)
            read.Add(word.ToString());
        words = read;
        return quote == '\0';
    }
}
