using System.Xml.Linq;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Schema;

/// <summary>A simple value: an element with a text.</summary>
internal sealed class TextKind<T>(string xsiType, string itemName, Func<T, string> format, Func<string, T> parse)
    : VimKind<T>
    where T : notnull
{
    public override string XsiType => xsiType;

    public override string ItemName => itemName;

    internal override void Write(VimWriter writer, string name, T value) => writer.Text(name, null, format(value));

    internal override long Weigh(string name, T value) => WireWeight.Element(name) + value switch
    {
        string text => WireWeight.Of(text),
        byte[] bytes => 4L * ((bytes.Length + 2) / 3),
        bool => 5,
        int => 11,
        _ => WireWeight.Number,
    };

    internal override T Read(XElement element)
    {
        try
        {
            return parse(element.Value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new SoapException($"Element '{element.Name.LocalName}' is not of type {ItemName}: '{Shorten(element.Value)}'.", e);
        }
    }

    private protected override void WriteTyped(VimWriter writer, string name, T value) => writer.Text(name, XsiType, format(value));

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
