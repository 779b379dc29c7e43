using System.Xml.Linq;

namespace Portside.VSphere.Schema;

/// <summary>A data object of vim25, read and written by its type's table of fields.</summary>
/// <remarks>
/// What the table does not know is kept: elements of newer versions in <see cref="Unknown"/>, and the name of a type that
/// is not known at all in <see cref="TypeName"/>, so that an object read from a newer server goes back unchanged.
/// </remarks>
public abstract class VimObject
{
    private string? _typeName;

    /// <summary>The type's table.</summary>
    public abstract VimType Type { get; }

    /// <summary>The type's name as on the wire (<c>xsi:type</c>); not the table's when the type itself is unknown.</summary>
    public string TypeName
    {
        get => _typeName ?? Type.Name;
        internal set => _typeName = value == Type.Name ? null : value;
    }

    /// <summary>
    /// How many bytes it takes on the wire, without its own element: a little more than it does rather than less, and told
    /// in a fraction of the time that writing it takes.
    /// </summary>
    /// <returns>Bytes.</returns>
    public long Weigh()
    {
        var sum = 0L;
        var fields = Type.Fields;
        for (var i = 0; i < fields.Count; i++)
            sum += fields[i].Weigh(this);
        foreach (var element in Unknown)
            sum += WireWeight.Of(element);
        return sum;
    }

    /// <summary>Elements that the table does not know, in the order they came.</summary>
    public IReadOnlyList<XElement> Unknown { get; internal set; } = [];
}
