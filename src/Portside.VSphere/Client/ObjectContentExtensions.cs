using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.Client;

/// <summary>Properties by path.</summary>
public static class ObjectContentExtensions
{
    /// <summary>A property of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="content">The object.</param>
    /// <param name="path">The path.</param>
    /// <returns>The value; the type's default where the object lacks it or it is of another type.</returns>
    public static T? Value<T>(this ObjectContent content, string path)
    {
        ArgumentNullException.ThrowIfNull(content);
        foreach (var property in content.PropSet)
        {
            if (property.Name == path)
                return property.Val.Value is T value ? value : default;
        }

        return default;
    }

    /// <summary>A text or the name of an enumeration's value.</summary>
    /// <param name="content">The object.</param>
    /// <param name="path">The path.</param>
    /// <returns>Null where the object lacks it.</returns>
    public static string? Text(this ObjectContent content, string path) => content.Value<string>(path);

    /// <summary>A reference.</summary>
    /// <param name="content">The object.</param>
    /// <param name="path">The path.</param>
    /// <returns>Null where the object lacks it.</returns>
    public static ManagedObjectReference? Reference(this ObjectContent content, string path) => content.Value<ManagedObjectReference>(path);

    /// <summary>A list of data objects.</summary>
    /// <typeparam name="T">Type of the items that are meant; others are left out.</typeparam>
    /// <param name="content">The object.</param>
    /// <param name="path">The path.</param>
    /// <returns>None where the object lacks it.</returns>
    public static IEnumerable<T> Items<T>(this ObjectContent content, string path) =>
        content.Value<System.Collections.IEnumerable>(path)?.OfType<T>() ?? [];
}
