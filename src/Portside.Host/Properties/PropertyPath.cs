using System.Collections.Concurrent;
using System.Globalization;
using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>
/// The way to a property: a managed object's own, then fields of data objects, items of lists by key:
/// <c>path = step *( "." step )</c>, <c>step = name [ "[" ( key / DQUOTE key DQUOTE ) "]" ]</c>, as in
/// <c>config.hardware.device[9000].backing</c>.
/// </summary>
internal sealed class PropertyPath
{
    /// <summary>Longest path; vSphere's own need not a hundred.</summary>
    public const int MaxLength = 1024;

    private const int MaxSteps = 32;

    private static readonly ConcurrentDictionary<(string Type, string Field), bool> Somewhere = new();

    private readonly PathStep[] _steps;

    private PropertyPath(string text, PathStep[] steps)
    {
        Text = text;
        _steps = steps;
    }

    /// <summary>As the client wrote it.</summary>
    public string Text { get; }

    /// <summary>The managed object's own property that it begins with.</summary>
    public string Top => _steps[0].Name;

    /// <summary>Whether it leads into the property's value.</summary>
    public bool IsDeep => _steps.Length > 1 || _steps[0].Key is not null;

    /// <summary>Reads a path.</summary>
    /// <param name="text">The path.</param>
    /// <returns>The path.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException"><c>InvalidProperty</c>: it is none.</exception>
    public static PropertyPath Parse(string text)
    {
        if (text.Length is 0 or > MaxLength)
            throw PropertyFaults.NotAPath(text);
        var steps = new List<PathStep>(4);
        var at = 0;
        while (true)
        {
            steps.Add(ReadStep(text, ref at));
            if (at == text.Length)
                return new PropertyPath(text, [.. steps]);
            if (text[at++] != '.' || steps.Count == MaxSteps)
                throw PropertyFaults.NotAPath(text);
        }
    }

    /// <summary>Follows the path from an object.</summary>
    /// <param name="target">The object.</param>
    /// <returns>The value; null if it, or anything on the way to it, is unset.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException"><c>InvalidProperty</c>: there is no such property.</exception>
    public VimValue? Get(ManagedObject target)
    {
        var property = target.Type.FindProperty(Top) ?? throw Fault.InvalidProperty(target.Type.Name, Text);
        return Follow(target.Type, property.Get(target));
    }

    /// <summary>Follows the rest of the path from the value of its first property.</summary>
    /// <param name="owner">The managed object's type, for the fault.</param>
    /// <param name="top">The first property's value.</param>
    /// <returns>The value; null if it, or anything on the way to it, is unset.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException"><c>InvalidProperty</c>: there is no such property.</exception>
    public VimValue? Follow(ManagedType owner, VimValue? top)
    {
        var current = _steps[0].Key is { } first ? Item(owner, top, first) : top;
        for (var i = 1; i < _steps.Length; i++)
        {
            current = Field(owner, current, _steps[i].Name);
            if (_steps[i].Key is { } key)
                current = Item(owner, current, key);
            if (current is null)
                return null;
        }

        return current;
    }

    private VimValue? Field(ManagedType owner, VimValue? from, string name)
    {
        if (from is not { } value)
            return null;
        while (value.Value is VimValue inner)
            value = inner;
        if (value.IsList || value.Value is not VimObject data)
            throw Fault.InvalidProperty(owner.Name, Text);
        if (data.Type.Find(name) is { } field)
            return field.Get(data);

        // A device of another kind in the same place may have it: a serial port's backing is a file here and a URI there.
        return data.TypeName != data.Type.Name || IsSomewhere(value.Kind.XsiType, name)
            ? null
            : throw Fault.InvalidProperty(owner.Name, Text);
    }

    private VimValue? Item(ManagedType owner, VimValue? from, string key)
    {
        if (from is not { } list)
            return null;
        if (!list.IsList)
            throw Fault.InvalidProperty(owner.Name, Text);
        object? found = list.Value switch
        {
            IEnumerable<ManagedObjectReference> references => references.FirstOrDefault(reference => reference.Value == key),
            IEnumerable<VimObject> items => items.FirstOrDefault(item => KeyOf(item) == key),
            _ => null,
        };
        return found is null ? null : new VimValue(list.Kind, false, found);
    }

    private static string? KeyOf(VimObject item) => item.Type.Find("key")?.Get(item) is { } key
        ? Convert.ToString(key.Value, CultureInfo.InvariantCulture)
        : null;

    private static bool IsSomewhere(string type, string field) => Somewhere.Count < 4096
        ? Somewhere.GetOrAdd((type, field), static key => Search(key.Type, key.Field))
        : Search(type, field);

    private static bool Search(string type, string field) =>
        VimTypes.Known.Any(known => known.Is(type) && known.Find(field) is not null);

    private static PathStep ReadStep(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-'))
            at++;
        if (at == start)
            throw PropertyFaults.NotAPath(text);
        var name = text[start..at];
        if (at == text.Length || text[at] != '[')
            return new(name, null);
        var quoted = at + 1 < text.Length && text[at + 1] == '"';
        start = at + (quoted ? 2 : 1);
        at = text.IndexOf(quoted ? "\"]" : "]", start, StringComparison.Ordinal);
        if (at < 0)
            throw PropertyFaults.NotAPath(text);
        var key = text[start..at];
        at += quoted ? 2 : 1;
        return new(name, key);
    }
}
