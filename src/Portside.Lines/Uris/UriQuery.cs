using System.Diagnostics.CodeAnalysis;

namespace Portside.Lines.Uris;

/// <summary>What follows <c>?</c> in a URI: keys and values, in order.</summary>
public sealed class UriQuery
{
    private readonly List<KeyValuePair<string, string>> _pairs;
    private readonly string? _text;

    private UriQuery(string? text, List<KeyValuePair<string, string>> pairs)
    {
        _text = text;
        _pairs = pairs;
    }

    /// <summary>No query.</summary>
    public static UriQuery Empty { get; } = new(null, []);

    /// <summary>Whether there is no <c>?</c> at all.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>Keys and values, decoded, in order; a key without <c>=</c> has an empty value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _pairs;

    /// <summary>The label that tells ports of one machine apart (<c>port=LABEL</c>); null without one, or when it is empty.</summary>
    public string? Label => this["port"] is { Length: > 0 } label ? label : null;

    /// <summary>The first value of a key, decoded; null when it is absent.</summary>
    /// <param name="key">Compared exactly.</param>
    public string? this[string key]
    {
        get
        {
            foreach (var pair in _pairs)
            {
                if (pair.Key == key)
                    return pair.Value;
            }

            return null;
        }
    }

    /// <summary>Reads a query: percent-decoded, a plus sign in a value is a blank.</summary>
    /// <param name="text">What follows <c>?</c>; null when there is none.</param>
    /// <param name="query">The query.</param>
    /// <param name="error">What is wrong with which part.</param>
    /// <returns>False when a <c>%</c> has no two hex digits behind it.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out UriQuery? query, [NotNullWhen(false)] out string? error)
    {
        query = Empty;
        error = null;
        if (text is null)
            return true;
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var given = Split(part);
            if (!Percent.TryDecode(given.Key, out var key) || !Percent.TryDecode(given.Value, out var value))
            {
                query = null;
                error = $"{Quoted.From(part)} has a '%' without two hex digits; write '%' itself as %25.";
                return false;
            }

            if (key.Length > 0 || value.Length > 0)
                pairs.Add(new(key, value));
        }

        query = new UriQuery(text, pairs);
        return true;
    }

    /// <summary>Reads what follows a name that was never a URI: a <c>%</c> without two hex digits stands for itself.</summary>
    /// <param name="text">What follows <c>?</c>.</param>
    /// <returns>The query.</returns>
    public static UriQuery Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new UriQuery(text,
        [
            .. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Split)
                .Select(pair => KeyValuePair.Create(Uri.UnescapeDataString(pair.Key), Uri.UnescapeDataString(pair.Value))),
        ]);
    }

    /// <summary>The query in its usual spelling, with its <c>?</c>.</summary>
    /// <returns>Such as <c>?port=ttyS1</c>; empty for none.</returns>
    public override string ToString() => _pairs.Count == 0
        ? ""
        : "?" + string.Join('&', _pairs.Select(pair =>
            Uri.EscapeDataString(pair.Key) + (pair.Value.Length == 0 ? "" : "=" + Uri.EscapeDataString(pair.Value))));

    private static (string Key, string Value) Split(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (part, "") : (part[..equals], part[(equals + 1)..].Replace('+', ' '));
    }
}
