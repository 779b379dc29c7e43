using System.Xml.Linq;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Schema;

/// <summary>A data object of a declared type, or of one that extends it.</summary>
internal sealed class ObjectKind<T> : VimKind<T>
    where T : VimObject, IVimData
{
    public static readonly ObjectKind<T> Instance = new();

    // Asked for when needed: types refer to each other in circles, and their tables are made one at a time.
    public override string XsiType => T.Schema.Name;

    public override string ItemName => T.Schema.Name;

    internal override void Write(VimWriter writer, string name, T value) =>
        writer.Object(name, T.Schema.IsBase || value.TypeName != T.Schema.Name, value);

    internal override long Weigh(string name, T value)
    {
        var type = value.TypeName;
        return WireWeight.Element(name) + (T.Schema.IsBase || type != T.Schema.Name ? WireWeight.Type(type) : 0) + value.Weigh();
    }

    internal override T Read(XElement element) => VimReader.ReadObject<T>(element);

    private protected override void WriteTyped(VimWriter writer, string name, T value) => writer.Object(name, true, value);
}
