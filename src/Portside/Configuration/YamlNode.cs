namespace Portside.Configuration;

/// <summary>A node of a configuration file, with its place in it.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
internal abstract record YamlNode(long Line, long Column)
{
    /// <summary>A single value.</summary>
    /// <param name="Text">As written, without quotes.</param>
    /// <param name="IsNull">Whether nothing, <c>~</c> or <c>null</c> was written without quotes.</param>
    /// <param name="Line">Line, from 1.</param>
    /// <param name="Column">Column, from 1.</param>
    public sealed record Scalar(string Text, bool IsNull, long Line, long Column) : YamlNode(Line, Column);

    /// <summary>A list.</summary>
    /// <param name="Items">Its items.</param>
    /// <param name="Line">Line, from 1.</param>
    /// <param name="Column">Column, from 1.</param>
    public sealed record Sequence(IReadOnlyList<YamlNode> Items, long Line, long Column) : YamlNode(Line, Column);

    /// <summary>Keys with values. A key may be there twice: whoever reads the mapping says so.</summary>
    /// <param name="Entries">In the order of the file.</param>
    /// <param name="Line">Line, from 1.</param>
    /// <param name="Column">Column, from 1.</param>
    public sealed record Mapping(IReadOnlyList<(YamlNode Key, YamlNode Value)> Entries, long Line, long Column) : YamlNode(Line, Column);
}
