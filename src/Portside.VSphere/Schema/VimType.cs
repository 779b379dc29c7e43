using System.Collections.Frozen;

namespace Portside.VSphere.Schema;

/// <summary>A data object type: its name, its base, and its fields in schema order.</summary>
public abstract class VimType
{
    private readonly List<VimField> _own = [];
    private readonly Lazy<IReadOnlyList<VimField>> _fields;
    private readonly Lazy<FrozenDictionary<string, VimField>> _byName;

    private readonly Lazy<VimField[]> _vital;

    private protected VimType(string name, VimType? parent)
    {
        Name = name;
        Base = parent;
        _fields = new(() => [.. Base?.Fields ?? [], .. _own]);
        _vital = new(() => [.. Fields.Where(field => field.IsVital)]);
        _byName = new(() => Fields.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal));
    }

    /// <summary>Name on the wire.</summary>
    public string Name { get; }

    /// <summary>The type it extends; null for one that extends <c>DynamicData</c> only.</summary>
    public VimType? Base { get; }

    /// <summary>
    /// Whether fields of this type carry <c>xsi:type</c> even when the value is of exactly this type. vSphere writes it for
    /// types that others extend, and pyVmomi and govmomi build the value by it.
    /// </summary>
    public bool IsBase { get; private protected set; }

    /// <summary>All fields in schema order, the base's first.</summary>
    public IReadOnlyList<VimField> Fields => _fields.Value;

    /// <summary>Fields without which nobody can do anything with an object.</summary>
    internal ReadOnlySpan<VimField> VitalFields => _vital.Value;

    /// <summary>A field by name; null if the type has none of it.</summary>
    /// <param name="name">Name on the wire.</param>
    /// <returns>The field.</returns>
    public VimField? Find(string name) => _byName.Value.GetValueOrDefault(name);

    /// <summary>Whether this is a type or extends it.</summary>
    /// <param name="name">Name on the wire.</param>
    /// <returns>True for the type itself too.</returns>
    public bool Is(string name)
    {
        for (var type = this; type is not null; type = type.Base)
        {
            if (type.Name == name)
                return true;
        }

        return false;
    }

    /// <summary>An object with nothing set.</summary>
    /// <returns>The object.</returns>
    public abstract VimObject Create();

    private protected void Add(VimField field) => _own.Add(field);

    private protected void MarkVital() => _own[^1].IsVital = true;
}
