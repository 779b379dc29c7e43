using System.Buffers;
using System.Text;
using System.Xml.Linq;

namespace Portside.VSphere.Schema;

/// <summary>How many bytes parts of a message take, from above.</summary>
internal static class WireWeight
{
    /// <summary>The longest number, or time: <c>2024-01-02T03:04:05.123456Z</c>.</summary>
    public const int Number = 27;

    // Written as references, or replaced by a character of three bytes.
    private static readonly SearchValues<char> Lengthened =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(static c => (char)c), '&', '<', '>', '"']);

    /// <summary>An element without attributes, and nothing in it.</summary>
    /// <param name="name">Its name, which is ASCII.</param>
    /// <returns>Bytes.</returns>
    public static long Element(string name) => (2 * name.Length) + 5;

    /// <summary><c>xsi:type</c>.</summary>
    /// <param name="name">Name of the type.</param>
    /// <returns>Bytes.</returns>
    public static long Type(string name) => 12 + name.Length;

    /// <summary>A text, with what is written as <c>&amp;amp;</c> or the like.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Bytes.</returns>
    public static long Of(string text)
    {
        var rest = text.AsSpan();
        var sum = (long)Encoding.UTF8.GetByteCount(rest);
        for (var at = rest.IndexOfAny(Lengthened); at >= 0; at = rest.IndexOfAny(Lengthened))
        {
            sum += 5;
            rest = rest[(at + 1)..];
        }

        return sum;
    }

    /// <summary>An element as it came.</summary>
    /// <param name="element">The element.</param>
    /// <returns>Bytes.</returns>
    public static long Of(XElement element)
    {
        var sum = Element(element.Name.LocalName);
        foreach (var attribute in element.Attributes())
            sum += attribute.Name.LocalName.Length + 8 + Of(attribute.Value);
        foreach (var node in element.Nodes())
            sum += node switch
            {
                XElement child => Of(child),
                XText text => Of(text.Value),
                _ => 0,
            };
        return sum;
    }
}
