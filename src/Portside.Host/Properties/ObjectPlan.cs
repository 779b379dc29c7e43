using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Properties;

/// <summary>What a filter reads of objects of one type.</summary>
internal sealed class ObjectPlan
{
    private readonly ManagedType _type;
    private readonly ManagedProperty[] _tops;
    private readonly (PropertyPath Path, int Top)[] _paths;

    public ObjectPlan(ManagedType type, bool matches, IReadOnlyList<PropertyPath> paths)
    {
        _type = type;
        Matches = matches;
        var tops = new List<ManagedProperty>();
        _paths = new (PropertyPath, int)[paths.Count];
        for (var i = 0; i < paths.Count; i++)
        {
            var top = tops.FindIndex(property => property.Name == paths[i].Top);
            if (top < 0 && type.FindProperty(paths[i].Top) is { } found)
            {
                top = tops.Count;
                tops.Add(found);
            }

            _paths[i] = (paths[i], top);
        }

        _tops = [.. tops];
    }

    /// <summary>Whether the filter reports objects of the type.</summary>
    public bool Matches { get; }

    /// <summary>Which of the bits of a change a property is; 0 if the filter does not read it.</summary>
    /// <param name="property">The property's name.</param>
    /// <returns>One bit. Properties from the 64th on share one, and are read again together.</returns>
    public ulong BitOf(string property)
    {
        for (var i = 0; i < _tops.Length; i++)
        {
            if (_tops[i].Name == property)
                return 1UL << Math.Min(i, 63);
        }

        return 0;
    }

    /// <summary>Refuses paths that the type, or the value of an object, does not have.</summary>
    /// <param name="sample">An object of the type.</param>
    /// <exception cref="VimFaultException"><c>InvalidProperty</c>.</exception>
    public void Check(ManagedObject sample)
    {
        foreach (var (path, top) in _paths)
        {
            if (top < 0)
                throw Fault.InvalidProperty(_type.Name, path.Text);
            if (path.IsDeep)
                path.Follow(_type, _tops[top].Get(sample));
        }
    }

    /// <summary>Reads an object.</summary>
    /// <param name="target">The object.</param>
    /// <returns>Its properties that are set.</returns>
    public ObjectContent Content(ManagedObject target)
    {
        var properties = new List<DynamicProperty>(_paths.Length);
        List<MissingProperty>? missing = null;
        var tops = new VimValue?[_tops.Length];
        for (var i = 0; i < tops.Length; i++)
            tops[i] = _tops[i].Get(target);
        foreach (var (path, top) in _paths)
        {
            if (Read(path, top, tops, ref missing) is { } value)
                properties.Add(new DynamicProperty { Name = path.Text, Val = value });
        }

        return new ObjectContent { Obj = target.Reference, PropSet = properties, MissingSet = missing ?? [] };
    }

    /// <summary>Reads an object that a filter reports for the first time.</summary>
    /// <param name="target">The object.</param>
    /// <returns>Its properties that are set.</returns>
    public ObjectUpdate Entering(ManagedObject target)
    {
        var content = Content(target);
        return new ObjectUpdate
        {
            Kind = "enter",
            Obj = content.Obj,
            ChangeSet = [.. content.PropSet.Select(property => new PropertyChange { Name = property.Name, Op = "assign", Val = property.Val })],
            MissingSet = content.MissingSet,
        };
    }

    /// <summary>Reads again what changed of an object.</summary>
    /// <param name="target">The object.</param>
    /// <param name="changed">The bits of the properties that changed.</param>
    /// <returns>Their values now, without one for what is unset now.</returns>
    public ObjectUpdate Changing(ManagedObject target, ulong changed)
    {
        var changes = new List<PropertyChange>(_paths.Length);
        List<MissingProperty>? missing = null;
        var tops = new VimValue?[_tops.Length];
        for (var i = 0; i < tops.Length; i++)
            tops[i] = IsIn(changed, i) ? _tops[i].Get(target) : null;
        foreach (var (path, top) in _paths)
        {
            if (top < 0 || !IsIn(changed, top))
                continue;
            var before = missing?.Count;
            var value = Read(path, top, tops, ref missing);
            if (before == missing?.Count)
                changes.Add(new PropertyChange { Name = path.Text, Op = "assign", Val = value });
        }

        return new ObjectUpdate { Kind = "modify", Obj = target.Reference, ChangeSet = changes, MissingSet = missing ?? [] };
    }

    private static bool IsIn(ulong bits, int top) => (bits >> Math.Min(top, 63) & 1) != 0;

    private VimValue? Read(PropertyPath path, int top, VimValue?[] tops, ref List<MissingProperty>? missing)
    {
        try
        {
            return path.Follow(_type, top < 0 ? throw Fault.InvalidProperty(_type.Name, path.Text) : tops[top]);
        }
        catch (VimFaultException e)
        {
            // Most of the answer may have left already; the call itself was checked on objects of the type before.
            (missing ??= []).Add(new MissingProperty { Path = path.Text, Fault = e.ToLocalized() });
            return null;
        }
    }
}
