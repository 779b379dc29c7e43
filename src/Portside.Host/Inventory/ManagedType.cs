using System.Diagnostics.CodeAnalysis;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A type of managed objects: its properties and its methods.</summary>
public abstract class ManagedType
{
    private readonly Dictionary<string, ManagedProperty> _properties = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ManagedMethod> _methods = new(StringComparer.Ordinal);

    private protected ManagedType(string name, ManagedType? parent)
    {
        Name = name;
        Base = parent;
    }

    /// <summary>Name on the wire.</summary>
    public string Name { get; }

    /// <summary>The type it extends; null for one that extends none.</summary>
    public ManagedType? Base { get; }

    /// <summary>Every property by name, the base's first.</summary>
    public IEnumerable<ManagedProperty> Properties => [.. Base?.Properties ?? [], .. _properties.Values];

    /// <summary>Every method by name, the base's first.</summary>
    public IEnumerable<ManagedMethod> Methods => [.. Base?.Methods ?? [], .. _methods.Values];

    /// <summary>A property by name.</summary>
    /// <param name="name">Name on the wire.</param>
    /// <returns>Null if the type has none of it.</returns>
    public ManagedProperty? FindProperty(string name) => _properties.GetValueOrDefault(name) ?? Base?.FindProperty(name);

    /// <summary>A method by name.</summary>
    /// <param name="name">Name on the wire.</param>
    /// <returns>Null if the type has none of it.</returns>
    public ManagedMethod? FindMethod(string name) => _methods.GetValueOrDefault(name) ?? Base?.FindMethod(name);

    /// <summary>Whether this is a type or extends it.</summary>
    /// <param name="name">Name on the wire.</param>
    /// <returns>True for the type itself too.</returns>
    public bool Is(string name) => Name == name || (Base?.Is(name) ?? false);

    private protected void Add(ManagedProperty property) => _properties.Add(property.Name, property);

    private protected void Add(ManagedMethod method) => _methods.Add(method.Name, method);
}

/// <summary>A type of managed objects, written as a chain.</summary>
/// <typeparam name="T">The class of its objects.</typeparam>
/// <param name="name">Name on the wire.</param>
/// <param name="parent">The type it extends.</param>
[SuppressMessage("StyleCop", "SA1402", Justification = "The same type, with and without its class.")]
public sealed class ManagedType<T>(string name, ManagedType? parent = null) : ManagedType(name, parent)
    where T : ManagedObject
{
    /// <summary>A property that is set now and then.</summary>
    /// <param name="property">Name on the wire.</param>
    /// <param name="get">Its value; null while unset. Called by many threads at a time, and must not wait.</param>
    /// <returns>This.</returns>
    public ManagedType<T> Property(string property, Func<T, VimValue?> get)
    {
        Add(new ManagedProperty(property, target => get((T)target)));
        return this;
    }

    /// <summary>Properties that the schema has and this server never sets.</summary>
    /// <param name="properties">Names on the wire.</param>
    /// <returns>This.</returns>
    public ManagedType<T> Unset(params ReadOnlySpan<string> properties)
    {
        foreach (var property in properties)
            Add(new ManagedProperty(property, static _ => null, IsUnset: true));
        return this;
    }

    /// <summary>A method.</summary>
    /// <param name="method">Name on the wire.</param>
    /// <param name="privilege">What the caller needs; see <see cref="Privileges"/>.</param>
    /// <param name="run">What it does. Arguments come from the call; faults are thrown.</param>
    /// <returns>This.</returns>
    public ManagedType<T> Method(string method, string privilege, Func<T, MethodCall, ValueTask<MethodResult>> run)
    {
        Add(new ManagedMethod(method, privilege, (target, call) => run((T)target, call)));
        return this;
    }

    /// <summary>A method that does not wait.</summary>
    /// <param name="method">Name on the wire.</param>
    /// <param name="privilege">What the caller needs; see <see cref="Privileges"/>.</param>
    /// <param name="run">What it does.</param>
    /// <returns>This.</returns>
    public ManagedType<T> Method(string method, string privilege, Func<T, MethodCall, MethodResult> run)
    {
        Add(new ManagedMethod(method, privilege, (target, call) => new(run((T)target, call))));
        return this;
    }
}
