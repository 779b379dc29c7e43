namespace Portside.Configuration.Syntax;

/// <summary>How one kind of value is written in a file, an environment variable and on the command line.</summary>
/// <typeparam name="T">What the text means.</typeparam>
internal abstract class ValueSyntax<T>
{
    /// <summary>What is expected, as the end of a sentence: "a duration such as 30s, 10m or 24h".</summary>
    public abstract string Expected { get; }

    /// <summary>Whether the text is a number or a boolean in JSON and YAML as well, so that it needs no quotes there.</summary>
    public virtual bool IsLiteral => false;

    /// <summary>All that may be written, where that is a short list of words; else empty.</summary>
    public virtual IEnumerable<string> Words => [];

    /// <summary>Reads <paramref name="text"/>.</summary>
    /// <param name="text">One value, as someone wrote it.</param>
    /// <param name="value">What it means.</param>
    /// <returns>Null, or what is wrong with it, as a whole sentence without a full stop.</returns>
    public abstract string? Read(string text, out T value);

    /// <summary>Writes <paramref name="value"/> so that <see cref="Read"/> understands it.</summary>
    /// <param name="value">A value.</param>
    /// <returns>The text.</returns>
    public abstract string Format(T value);

    /// <summary>The usual complaint: what came and what was expected.</summary>
    /// <param name="text">What came.</param>
    /// <returns>The sentence.</returns>
    protected string Unexpected(string text) => $"'{text}' is not {Expected}";
}
