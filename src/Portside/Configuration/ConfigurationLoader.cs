using Portside.Lines.Uris;

namespace Portside.Configuration;

/// <summary>Reads the layers of the configuration, each over the one before, and gathers every mistake on the way.</summary>
internal sealed class ConfigurationLoader
{
    private readonly ConfigurationSources _sources;
    private readonly PortsideOptions _options;
    private readonly Dictionary<string, Origin> _origins = ConfigKeys.All.ToDictionary(k => k.Path, _ => Origin.Default);
    private readonly List<ConfigMistake> _mistakes = [];

    private ConfigurationLoader(ConfigurationSources sources) =>
        (_sources, _options) = (sources, new PortsideOptions(sources.StateDirectory));

    /// <summary>Reads <paramref name="sources"/>.</summary>
    /// <param name="sources">The layers.</param>
    /// <returns>The options, or all mistakes at once.</returns>
    public static LoadedConfiguration Load(ConfigurationSources sources)
    {
        var loader = new ConfigurationLoader(sources);
        var file = loader.ReadFile();
        loader.ReadEnvironment();
        loader.ReadCommandLine();
        return new LoadedConfiguration(loader._options, loader._origins, loader._mistakes, file).With(ConfigurationRules.Check(loader._options, loader._origins));
    }

    private string? ReadFile()
    {
        var path = _sources.File ?? _sources.StandardFile;
        if (_sources.File is null && !File.Exists(path))
            return null;
        var root = YamlFile.Read(path, _mistakes.Add);
        if (root is YamlNode.Mapping mapping)
            ReadMapping(mapping, path, section: null);
        else if (root is not (null or YamlNode.Scalar { IsNull: true }))
            Complain(path, root, "keys such as 'vm:' are expected at the top");
        return path;
    }

    private void ReadMapping(YamlNode.Mapping mapping, string file, string? section)
    {
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (keyNode, value) in mapping.Entries)
        {
            if (keyNode is not YamlNode.Scalar { Text: var name })
            {
                Complain(file, keyNode, "a key must be a plain word");
                continue;
            }

            var path = section is null ? name : $"{section}.{name}";
            if (!seen.TryAdd(name, keyNode.Line))
                Complain(file, keyNode, $"'{path}' is here twice; the first is in line {seen[name]}");
            else if (section is null && ConfigKeys.All.Any(k => k.Section == name))
                ReadSection(name, value, file);
            else if (ConfigKeys.All.FirstOrDefault(k => k.Path == path) is { } key)
                ReadValue(key, value, file);
            else
                Complain(file, keyNode, Unknown(path, "key"));
        }
    }

    private void ReadSection(string name, YamlNode value, string file)
    {
        if (value is YamlNode.Mapping mapping)
            ReadMapping(mapping, file, name);
        else if (value is not YamlNode.Scalar { IsNull: true })
            Complain(file, value, $"'{name}' is a section; keys are expected below it");
    }

    private void ReadValue(ConfigKey key, YamlNode value, string file)
    {
        var texts = new List<ConfigText>();
        switch (value)
        {
            case YamlNode.Scalar { IsNull: true }:
                return;
            case YamlNode.Scalar scalar:
                texts.Add(new ConfigText(scalar.Text, PlaceOf(file, scalar)));
                break;
            case YamlNode.Sequence sequence when key.IsList:
                foreach (var item in sequence.Items)
                {
                    if (item is YamlNode.Scalar { IsNull: false } text)
                        texts.Add(new ConfigText(text.Text, PlaceOf(file, text)));
                    else
                        Complain(file, item, $"{key.Path}: an item is missing or not a single value; expected {key.Expected}");
                }

                if (texts.Count < sequence.Items.Count)
                    return;
                break;
            default:
                Complain(file, value, $"{key.Path}: one value is expected: {key.Expected}");
                return;
        }

        Apply(key, texts, PlaceOf(file, value));
    }

    private void ReadEnvironment()
    {
        var lists = new SortedDictionary<string, SortedDictionary<int, ConfigText>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (variable, text) in _sources.Environment.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(ConfigKeys.VariablePrefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var origin = new Origin(OriginKind.Environment, variable);
            var path = variable[ConfigKeys.VariablePrefix.Length..].Replace("__", ".", StringComparison.Ordinal);

            // PORTSIDE__Vm__Listen__0 is how .NET programs spell the items of a list.
            var last = path.LastIndexOf('.');
            if (last > 0 && int.TryParse(path.AsSpan(last + 1), out var index) && ConfigKeys.Find(path[..last]) is { IsList: true } list)
            {
                if (!lists.TryGetValue(list.Path, out var items))
                    lists.Add(list.Path, items = []);
                items[index] = new ConfigText(text, origin);
            }
            else if (ConfigKeys.Find(path) is { } key)
            {
                Apply(key, key.IsList ? SplitList(text, origin) : [new ConfigText(text, origin)], origin);
            }
            else
            {
                var near = ConfigKeys.Nearest(path) is { } meant ? ConfigKeys.Find(meant)?.Variable : null;
                _mistakes.Add(new ConfigMistake(origin, $"no key is called '{path}'" + (near is null ? "" : $"; did you mean {near}?")));
            }
        }

        foreach (var (path, items) in lists)
            Apply(ConfigKeys.Find(path)!, [.. items.Values], items.Values.First().Origin);
    }

    private void ReadCommandLine()
    {
        foreach (var group in _sources.CommandLine.GroupBy(c => c.Path, StringComparer.OrdinalIgnoreCase))
        {
            var texts = group.Select(c => c.Text).ToList();
            if (ConfigKeys.Find(group.Key) is not { } key)
                _mistakes.Add(new ConfigMistake(texts[0].Origin, Unknown(group.Key, "key")));
            else if (key.IsList)
                Apply(key, [.. texts.SelectMany(t => SplitList(t.Text, t.Origin))], texts[0].Origin);
            else
                Apply(key, texts, texts[0].Origin);
        }
    }

    private void Apply(ConfigKey key, IReadOnlyList<ConfigText> texts, Origin origin)
    {
        if (key.Apply(texts, _options, _mistakes.Add))
            _origins[key.Path] = origin;
    }

    private static List<ConfigText> SplitList(string text, Origin origin) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => new ConfigText(t, origin))];

    private static string Unknown(string path, string what)
    {
        var near = ConfigKeys.Nearest(path);
        if (near is null && ConfigKeys.All.Select(k => k.Section).FirstOrDefault(s => s == Spelling.Nearest(path, Sections)) is { } section)
            near = section;
        return $"no {what} is called '{path}'" + (near is null ? "" : $"; did you mean {near}?");
    }

    private static IEnumerable<string> Sections => ConfigKeys.All.Select(k => k.Section).OfType<string>().Distinct();

    private static Origin PlaceOf(string file, YamlNode node) => new(OriginKind.File, file, node.Line, node.Column);

    private void Complain(string file, YamlNode node, string message) => _mistakes.Add(new ConfigMistake(PlaceOf(file, node), message));
}
