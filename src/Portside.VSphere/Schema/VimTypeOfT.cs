namespace Portside.VSphere.Schema;

/// <summary>The table of one data object type, written as a chain of fields in schema order.</summary>
/// <typeparam name="T">The class.</typeparam>
/// <param name="name">Name on the wire.</param>
/// <param name="parent">The type it extends.</param>
/// <param name="create">Makes an empty one.</param>
public sealed class VimType<T>(string name, VimType? parent, Func<T> create) : VimType(name, parent)
    where T : VimObject
{
    /// <inheritdoc/>
    public override VimObject Create() => create();

    /// <summary>Marks the type as one that others extend; see <see cref="VimType.IsBase"/>.</summary>
    /// <returns>This.</returns>
    public VimType<T> AsBase()
    {
        IsBase = true;
        return this;
    }

    /// <summary>Marks the last field as one without which an object is refused when it is read. Others that are always there may be lacking: servers do as they like.</summary>
    /// <returns>This.</returns>
    public VimType<T> Vital()
    {
        MarkVital();
        return this;
    }

    /// <summary>A field that is always there.</summary>
    /// <typeparam name="TValue">Its type.</typeparam>
    /// <param name="field">Name on the wire.</param>
    /// <param name="kind">How it is written.</param>
    /// <param name="get">Reads it from the object.</param>
    /// <param name="set">Sets it in the object.</param>
    /// <returns>This.</returns>
    public VimType<T> Required<TValue>(string field, VimKind<TValue> kind, Func<T, TValue> get, Action<T, TValue> set)
        where TValue : notnull
    {
        Add(new SingleField<T, TValue>(field, kind, get, set));
        return this;
    }

    /// <summary>A field that may be unset: null is absent on the wire, never empty.</summary>
    /// <typeparam name="TValue">Its type.</typeparam>
    /// <param name="field">Name on the wire.</param>
    /// <param name="kind">How it is written.</param>
    /// <param name="get">Reads it from the object.</param>
    /// <param name="set">Sets it in the object.</param>
    /// <returns>This.</returns>
    public VimType<T> Optional<TValue>(string field, VimKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set)
        where TValue : class
    {
        Add(new SingleField<T, TValue>(field, kind, get, set));
        return this;
    }

    /// <inheritdoc cref="Optional{TValue}(string, VimKind{TValue}, Func{T, TValue}, Action{T, TValue})"/>
    public VimType<T> Optional<TValue>(string field, VimKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set)
        where TValue : struct
    {
        Add(new OptionalValueField<T, TValue>(field, kind, get, set));
        return this;
    }

    /// <summary>A field that repeats; an empty list is absent.</summary>
    /// <typeparam name="TValue">Type of an item.</typeparam>
    /// <param name="field">Name on the wire.</param>
    /// <param name="kind">How an item is written.</param>
    /// <param name="get">Reads it from the object.</param>
    /// <param name="set">Sets it in the object.</param>
    /// <returns>This.</returns>
    public VimType<T> List<TValue>(
        string field,
        VimKind<TValue> kind,
        Func<T, IReadOnlyList<TValue>> get,
        Action<T, IReadOnlyList<TValue>> set)
        where TValue : notnull
    {
        Add(new ListField<T, TValue>(field, kind, get, set));
        return this;
    }
}
