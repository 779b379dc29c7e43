using System.Xml.Linq;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.Soap;

/// <summary>Reads values out of elements: by local names, in any order, whatever else is there.</summary>
/// <remarks>
/// <c>XmlSerializer</c> with an order drops every field after the first unknown or misplaced one, in silence; so nothing
/// here depends on order or on knowing everything.
/// </remarks>
public static class VimReader
{
    /// <summary>Reads a data object of a declared type, or of one that extends it.</summary>
    /// <typeparam name="T">Declared type.</typeparam>
    /// <param name="element">The element.</param>
    /// <returns>
    /// The object. One of a type that is not known is of the declared type here, and keeps its own name and elements.
    /// </returns>
    /// <exception cref="SoapException">A value is not of its type, or the type does not extend the declared one.</exception>
    public static T ReadObject<T>(XElement element)
        where T : VimObject, IVimData
    {
        ArgumentNullException.ThrowIfNull(element);
        var name = SoapNames.TypeOf(element) ?? T.Schema.Name;
        var known = name == T.Schema.Name ? T.Schema : VimTypes.Find(name);
        if (known is not null && !known.Is(T.Schema.Name))
            throw new SoapException($"Element '{element.Name.LocalName}' is a {name}, which is no {T.Schema.Name}.");
        var read = Fill((known ?? T.Schema).Create(), element);
        read.TypeName = name;
        return (T)read;
    }

    /// <summary>Reads a value of any type by its <c>xsi:type</c>.</summary>
    /// <param name="element">The element.</param>
    /// <returns>The value; an unknown simple type is a text, an unknown data object an <see cref="UnknownObject"/>.</returns>
    /// <exception cref="SoapException">The value is not of its type.</exception>
    public static VimValue ReadAny(XElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        var type = SoapNames.TypeOf(element);
        if (type is null)
            return element.HasElements ? Unknown(element, "") : VimValue.Of(element.Value);
        if (type.StartsWith("ArrayOf", StringComparison.Ordinal) && type.Length > 7)
            return ReadArray(element, type[7..]);
        var kind = Simple(type);
        if (kind is not null)
            return new(kind, false, kind.ReadObject(element));
        if (VimTypes.KindOf(type) is { } known)
            return new(known, false, known.ReadObject(element));
        return element.HasElements ? Unknown(element, type) : new(VimKinds.Said(type), false, element.Value);
    }

    private static VimValue ReadArray(XElement element, string item)
    {
        var kind = Simple(char.ToLowerInvariant(item[0]) + item[1..]) ?? Simple(item) ?? VimTypes.KindOf(item);
        switch (kind)
        {
            case VimKind<string> strings:
                return ReadList(element, strings);
            case VimKind<int> integers:
                return ReadList(element, integers);
            case VimKind<long> longs:
                return ReadList(element, longs);
            case VimKind<bool> flags:
                return ReadList(element, flags);
            case VimKind<ManagedObjectReference> references:
                return ReadList(element, references);
            case VimKind<VimValue> values:
                return ReadList(element, values);
            case not null when VimTypes.Find(item) is not null:
                return VimTypes.ReadList(item, element);
            default:
                return element.Elements().Any(child => child.HasElements)
                    ? new(VimKinds.Object<UnknownObject>(), true, element.Elements().Select(child => ReadUnknown(child, item)).ToList())
                    : ReadList(element, VimKinds.Said(item));
        }
    }

    internal static VimValue ReadList<T>(XElement element, VimKind<T> kind)
        where T : notnull => new(kind, true, element.Elements().Select(kind.Read).ToList());

    private static VimObject Fill(VimObject target, XElement element)
    {
        List<XElement>? unknown = null;
        foreach (var child in element.Elements())
        {
            if (target.Type.Find(child.Name.LocalName) is { } field)
                field.Read(child, target);
            else
                (unknown ??= []).Add(Detached(child));
        }

        foreach (var field in target.Type.VitalFields)
        {
            if (field.Get(target) is null)
                throw new SoapException($"Element '{element.Name.LocalName}' is a {target.Type.Name} without '{field.Name}'.");
        }

        if (unknown is not null)
            target.Unknown = unknown;
        return target;
    }

    private static VimValue Unknown(XElement element, string type) => new(VimKinds.Object<UnknownObject>(), false, ReadUnknown(element, type));

    private static UnknownObject ReadUnknown(XElement element, string type) => new()
    {
        TypeName = SoapNames.TypeOf(element) ?? type,
        Unknown = [.. element.Elements().Select(Detached)],
    };

    /// <summary>The element alone: one that is kept must not keep the whole message, of thousands of machines maybe.</summary>
    private static XElement Detached(XElement element)
    {
        var alone = new XElement(element);
        foreach (var child in element.DescendantsAndSelf())
        {
            // Types may have prefixes that were bound further out.
            if ((string?)child.Attribute(SoapNames.XsiType) is not { } type || type.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon))
                continue;
            if (child.GetNamespaceOfPrefix(type[..colon]) is { } space && alone.GetNamespaceOfPrefix(type[..colon]) is null)
                alone.SetAttributeValue(XNamespace.Xmlns + type[..colon], space.NamespaceName);
        }

        return alone;
    }

    private static VimKind? Simple(string type) => type switch
    {
        "string" => VimKinds.String,
        "boolean" => VimKinds.Boolean,
        "byte" => VimKinds.Byte,
        "short" => VimKinds.Short,
        "int" => VimKinds.Int,
        "long" => VimKinds.Long,
        "float" => VimKinds.Float,
        "double" => VimKinds.Double,
        "dateTime" => VimKinds.DateTime,
        "base64Binary" => VimKinds.Binary,
        "anyURI" => VimKinds.Uri,
        "ManagedObjectReference" => VimKinds.Reference,
        "anyType" => VimKinds.Any,
        _ => null,
    };
}
