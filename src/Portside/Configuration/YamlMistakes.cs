using System.Collections;
using Portside.Lines.Uris;

namespace Portside.Configuration;

/// <summary>What is wrong in one YAML file, collected while it is read, so that all of it is told at once.</summary>
/// <param name="path">Where the file is.</param>
internal sealed class YamlMistakes(string path) : IReadOnlyList<ConfigMistake>
{
    private readonly List<ConfigMistake> _mistakes = [];

    /// <inheritdoc/>
    public int Count => _mistakes.Count;

    /// <inheritdoc/>
    public ConfigMistake this[int index] => _mistakes[index];

    /// <summary>Adds one.</summary>
    /// <param name="mistake">With its place.</param>
    public void Add(ConfigMistake mistake) => _mistakes.Add(mistake);

    /// <summary>Adds one.</summary>
    /// <param name="node">Where it is.</param>
    /// <param name="message">What is wrong.</param>
    public void Add(YamlNode node, string message) =>
        _mistakes.Add(new ConfigMistake(new Origin(OriginKind.File, path, node.Line, node.Column), message));

    /// <summary>The entries of a mapping; keys that are none, are not known, or are there twice are mistakes.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="known">The keys there are.</param>
    /// <returns>Each known key with its value, in the order of the file.</returns>
    public IEnumerable<(YamlNode Value, string Name)> Entries(YamlNode.Mapping mapping, string[] known)
    {
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Entries)
        {
            if (key is not YamlNode.Scalar { Text: var name })
                Add(key, "a key must be a plain word");
            else if (!seen.TryAdd(name, key.Line))
                Add(key, $"'{name}' is here twice; the first is in line {seen[name]}");
            else if (!known.Contains(name))
                Add(key, $"no key is called '{name}' here" + (Spelling.Nearest(name, known) is { } near ? $"; did you mean {near}?" : $"; there are {string.Join(", ", known)}"));
            else
                yield return (value, name);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<ConfigMistake> GetEnumerator() => _mistakes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
