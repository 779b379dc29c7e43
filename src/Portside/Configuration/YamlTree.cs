using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Portside.Configuration;

/// <summary>Reads one YAML document into nodes that know their places.</summary>
/// <remarks>
/// Built from the parser's events: the library's own tree stops at the first key that is there twice, and
/// <c>config check</c> owes all mistakes at once.
/// </remarks>
internal sealed class YamlTree
{
    // A configuration is two levels deep. Deeper nesting than this is an attack on the stack.
    private const int MaxDepth = 32;

    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];
    private int _depth;

    private YamlTree(TextReader reader) => _parser = new Parser(reader);

    /// <summary>Reads the document in <paramref name="text"/>.</summary>
    /// <param name="text">The whole file.</param>
    /// <returns>The root, or null for a file without content.</returns>
    /// <exception cref="YamlException">The text is not one YAML document; carries the place.</exception>
    public static YamlNode? Read(string text)
    {
        using var reader = new StringReader(text);
        return new YamlTree(reader).ReadStream();
    }

    private YamlNode? ReadStream()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
            return null;
        _parser.Consume<DocumentStart>();
        var root = ReadNode();
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            throw new YamlException(second.Start, second.End, "a second document begins here; one is expected");
        return root;
    }

    private YamlNode ReadNode()
    {
        var mark = _parser.Current?.Start ?? Mark.Empty;
        if (++_depth > MaxDepth)
            throw new YamlException(mark, mark, "nested too deeply");
        try
        {
            if (_parser.TryConsume<AnchorAlias>(out var alias))
            {
                return _anchors.TryGetValue(alias.Value, out var named)
                    ? named
                    : throw new YamlException(alias.Start, alias.End, $"the alias *{alias.Value} has no anchor before it");
            }

            var anchor = _parser.Require<NodeEvent>().Anchor;
            var node = ReadContent(mark);
            if (!anchor.IsEmpty)
                _anchors[anchor] = node;
            return node;
        }
        finally
        {
            _depth--;
        }
    }

    private YamlNode ReadContent(Mark mark)
    {
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";
            return new YamlNode.Scalar(scalar.Value, isNull, mark.Line, mark.Column);
        }

        if (_parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
                items.Add(ReadNode());
            return new YamlNode.Sequence(items, mark.Line, mark.Column);
        }

        _parser.Consume<MappingStart>();
        var entries = new List<(YamlNode, YamlNode)>();
        while (!_parser.TryConsume<MappingEnd>(out _))
            entries.Add((ReadNode(), ReadNode()));
        return new YamlNode.Mapping(entries, mark.Line, mark.Column);
    }
}
