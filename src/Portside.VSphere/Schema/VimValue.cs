namespace Portside.VSphere.Schema;

/// <summary>A value of <c>anyType</c>: a property's value, or a task's result.</summary>
/// <param name="Kind">How it, or each of its items, is written.</param>
/// <param name="IsList">Whether it is written as <c>ArrayOf…</c>.</param>
/// <param name="Value">The value, or what yields them (<c>IEnumerable&lt;T&gt;</c> of the kind's type), which may make them while they are written.</param>
public readonly record struct VimValue(VimKind Kind, bool IsList, object Value)
{
    /// <summary>A text.</summary>
    /// <param name="value">The text.</param>
    /// <returns>The value.</returns>
    public static VimValue Of(string value) => new(VimKinds.String, false, value);

    /// <summary>A reference to a managed object.</summary>
    /// <param name="value">The reference.</param>
    /// <returns>The value.</returns>
    public static VimValue Of(ManagedObjectReference value) => new(VimKinds.Reference, false, value);

    /// <summary>References to managed objects.</summary>
    /// <param name="values">The references.</param>
    /// <returns>The value.</returns>
    public static VimValue Of(IReadOnlyList<ManagedObjectReference> values) => new(VimKinds.Reference, true, values);

    /// <summary>A data object.</summary>
    /// <typeparam name="T">Declared type.</typeparam>
    /// <param name="value">The object.</param>
    /// <returns>The value.</returns>
    public static VimValue Of<T>(T value)
        where T : VimObject, IVimData => new(VimKinds.Object<T>(), false, value);

    /// <summary>Data objects.</summary>
    /// <typeparam name="T">Declared type.</typeparam>
    /// <param name="values">The objects.</param>
    /// <returns>The value.</returns>
    public static VimValue Of<T>(IReadOnlyList<T> values)
        where T : VimObject, IVimData => new(VimKinds.Object<T>(), true, values);
}
