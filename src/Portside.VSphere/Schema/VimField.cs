using System.Xml.Linq;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Schema;

/// <summary>One field of a data object type.</summary>
/// <param name="name">Name on the wire.</param>
/// <param name="kind">How its value, or each of its values, is written.</param>
/// <param name="isList">Whether it repeats.</param>
public abstract class VimField(string name, VimKind kind, bool isList)
{
    /// <summary>Name on the wire.</summary>
    public string Name { get; } = name;

    /// <summary>How its value, or each of its values, is written.</summary>
    public VimKind Kind { get; } = kind;

    /// <summary>Whether it repeats.</summary>
    public bool IsList { get; } = isList;

    /// <summary>Whether an object without it is refused when it is read.</summary>
    public bool IsVital { get; internal set; }

    /// <summary>Its value in an object.</summary>
    /// <param name="owner">An object of the field's type.</param>
    /// <returns>Null if unset; lists are never null.</returns>
    public abstract VimValue? Get(VimObject owner);

    /// <summary>Writes it, or nothing if unset.</summary>
    internal abstract void Write(VimWriter writer, VimObject owner);

    /// <summary>How many bytes it takes on the wire.</summary>
    internal abstract long Weigh(VimObject owner);

    /// <summary>Sets it, or adds an item.</summary>
    internal abstract void Read(XElement element, VimObject owner);
}
