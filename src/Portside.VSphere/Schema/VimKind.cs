using System.Xml.Linq;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Schema;

/// <summary>How values of one declared type go over the wire.</summary>
public abstract class VimKind
{
    private readonly Lazy<string> _arrayType;

    private protected VimKind() =>
        _arrayType = new(() => "ArrayOf" + char.ToUpperInvariant(ItemName[0]) + ItemName[1..]);

    /// <summary><c>xsi:type</c> of a value as <c>anyType</c>: vim25's names bare, XML Schema's with the prefix <c>xsd:</c>.</summary>
    public abstract string XsiType { get; }

    /// <summary>Element of one item in an <c>ArrayOf…</c>.</summary>
    public abstract string ItemName { get; }

    /// <summary><c>xsi:type</c> of a list as <c>anyType</c>.</summary>
    public string ArrayType => _arrayType.Value;

    /// <summary>Writes an element, with <c>xsi:type</c>, as <c>anyType</c> needs it.</summary>
    internal abstract void WriteAny(VimWriter writer, string name, object value);

    /// <summary>Writes an <c>ArrayOf…</c>.</summary>
    internal abstract void WriteArray(VimWriter writer, string name, object values);

    /// <summary>Writes elements of one name.</summary>
    internal abstract void WriteRepeated(VimWriter writer, string name, object values);

    /// <summary>Writes an element, with <c>xsi:type</c> only where the declared type needs it.</summary>
    internal abstract void WritePlain(VimWriter writer, string name, object value);

    /// <summary>How many bytes an element, or elements, of one name take on the wire.</summary>
    internal abstract long Weigh(string name, object value, bool isList);

    /// <summary>The items of a list as objects.</summary>
    internal abstract IEnumerable<object> Items(object values);

    /// <summary>Reads an element.</summary>
    internal abstract object ReadObject(XElement element);
}

/// <summary>How values of one declared type go over the wire.</summary>
/// <typeparam name="T">The type here.</typeparam>
public abstract class VimKind<T> : VimKind
    where T : notnull
{
    private protected VimKind()
    {
    }

    internal abstract void Write(VimWriter writer, string name, T value);

    internal abstract long Weigh(string name, T value);

    internal abstract T Read(XElement element);

    internal override void WriteAny(VimWriter writer, string name, object value) => WriteTyped(writer, name, (T)value);

    internal override void WritePlain(VimWriter writer, string name, object value) => Write(writer, name, (T)value);

    internal override void WriteArray(VimWriter writer, string name, object values)
    {
        writer.Start(name, ArrayType);
        WriteRepeated(writer, ItemName, values);
        writer.End();
    }

    internal override void WriteRepeated(VimWriter writer, string name, object values)
    {
        foreach (var value in (IEnumerable<T>)values)
            Write(writer, name, value);
    }

    internal override long Weigh(string name, object value, bool isList)
    {
        if (!isList)
            return Weigh(name, (T)value);
        var sum = 0L;
        foreach (var item in (IEnumerable<T>)value)
            sum += Weigh(name, item);
        return sum;
    }

    internal override IEnumerable<object> Items(object values) => ((IEnumerable<T>)values).Cast<object>();

    internal override object ReadObject(XElement element) => Read(element);

    private protected abstract void WriteTyped(VimWriter writer, string name, T value);
}
