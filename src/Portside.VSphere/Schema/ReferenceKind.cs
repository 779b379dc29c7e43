using System.Xml.Linq;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Schema;

/// <summary>A reference: its type is an attribute, its id the text.</summary>
internal sealed class ReferenceKind : VimKind<ManagedObjectReference>
{
    public override string XsiType => "ManagedObjectReference";

    public override string ItemName => "ManagedObjectReference";

    internal override void Write(VimWriter writer, string name, ManagedObjectReference value) => writer.Reference(name, null, value);

    internal override long Weigh(string name, ManagedObjectReference value) =>
        WireWeight.Element(name) + 8 + WireWeight.Of(value.Type) + WireWeight.Of(value.Value);

    internal override ManagedObjectReference Read(XElement element) =>
        new((string?)element.Attribute("type") ?? "", element.Value);

    private protected override void WriteTyped(VimWriter writer, string name, ManagedObjectReference value) =>
        writer.Reference(name, XsiType, value);
}
