using Portside.Lines.Uris;

namespace Portside.Configuration.Syntax;

/// <summary>One of a few words.</summary>
/// <typeparam name="T">What the words mean.</typeparam>
/// <param name="words">The words, and what each means; the first one for a value is how it is written.</param>
internal sealed class ChoiceSyntax<T>(params (string Word, T Value)[] words) : ValueSyntax<T>
    where T : struct
{
    public override string Expected =>
        words.Length == 2
            ? $"{words[0].Word} or {words[1].Word}"
            : $"one of {string.Join(", ", words.Select(w => w.Word))}";

    /// <summary>The words, in order.</summary>
    public override IEnumerable<string> Words => words.Select(w => w.Word);

    public override string? Read(string text, out T value)
    {
        var word = text.Trim();
        foreach (var (candidate, meaning) in words)
        {
            if (candidate.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                value = meaning;
                return null;
            }
        }

        value = default;
        var near = Spelling.Nearest(word, words.Select(w => w.Word));
        return near is null ? Unexpected(text) : $"{Unexpected(text)}; did you mean {near}?";
    }

    public override string Format(T value)
    {
        foreach (var (word, meaning) in words)
        {
            if (EqualityComparer<T>.Default.Equals(meaning, value))
                return word;
        }

        return value.ToString() ?? "";
    }
}
