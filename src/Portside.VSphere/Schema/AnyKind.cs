using System.Xml.Linq;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Schema;

/// <summary>A value of any type, which carries its type with it.</summary>
internal sealed class AnyKind : VimKind<VimValue>
{
    public override string XsiType => "xsd:anyType";

    public override string ItemName => "anyType";

    internal override void Write(VimWriter writer, string name, VimValue value) => writer.Any(name, value);

    internal override long Weigh(string name, VimValue value) => value.IsList
        ? WireWeight.Element(name) + WireWeight.Type(value.Kind.ArrayType) + value.Kind.Weigh(value.Kind.ItemName, value.Value, isList: true)
        : WireWeight.Type(value.Kind.XsiType) + value.Kind.Weigh(name, value.Value, isList: false);

    internal override VimValue Read(XElement element) => VimReader.ReadAny(element);

    private protected override void WriteTyped(VimWriter writer, string name, VimValue value) => writer.Any(name, value);
}
