using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>What a method returns.</summary>
/// <param name="Value">The value; null for nothing, a list for repeated values.</param>
/// <param name="Typed">Whether it carries its type, as <c>Fetch</c>'s does.</param>
public readonly record struct MethodResult(VimValue? Value, bool Typed = false)
{
    /// <summary>Nothing.</summary>
    public static MethodResult Nothing { get; }

    /// <summary>A reference.</summary>
    /// <param name="value">To what; null for nothing.</param>
    public static implicit operator MethodResult(ManagedObjectReference? value) => FromReference(value);

    /// <summary>A reference.</summary>
    /// <param name="value">To what; null for nothing.</param>
    /// <returns>The result.</returns>
    public static MethodResult FromReference(ManagedObjectReference? value) => new(value is null ? null : VimValue.Of(value));

    /// <summary>A data object.</summary>
    /// <typeparam name="T">Declared type.</typeparam>
    /// <param name="value">The object; null for nothing.</param>
    /// <returns>The result.</returns>
    public static MethodResult Of<T>(T? value)
        where T : VimObject, IVimData => new(value is null ? null : VimValue.Of(value));

    /// <summary>Data objects.</summary>
    /// <typeparam name="T">Declared type.</typeparam>
    /// <param name="values">The objects, which may be made while they are written.</param>
    /// <returns>The result.</returns>
    public static MethodResult Of<T>(IEnumerable<T> values)
        where T : VimObject, IVimData => new(new VimValue(VimKinds.Object<T>(), true, values));
}
