using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Portside.Host.Guests.Scripts;

/// <summary>A YAML parser for what anybody may have written: it goes only so deep, and knows no aliases.</summary>
/// <remarks>Nodes are read by a method that calls itself, and aliases of aliases grow a small file without bound.</remarks>
internal sealed class BoundedParser(TextReader text, int maxDepth) : IParser
{
    private readonly Parser _parser = new(text);
    private int _depth;

    public ParsingEvent? Current => _parser.Current;

    public bool MoveNext()
    {
        if (!_parser.MoveNext())
            return false;
        _depth += _parser.Current!.NestingIncrease;
        if (_depth > maxDepth)
            throw Mistake($"It is more than {maxDepth.ToString(CultureInfo.InvariantCulture)} levels deep.");
        if (_parser.Current is AnchorAlias)
            throw Mistake("Aliases mean nothing here.");
        return true;
    }

    private FormatException Mistake(string text) => new($"line {_parser.Current!.Start.Line}: {text}");
}
