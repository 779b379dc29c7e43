using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>A <c>PropertyFilterSpec</c>, checked and with its names resolved: where to walk, and what to read there.</summary>
internal sealed class FilterPlan
{
    /// <summary>Traversals from one object, at most: a walk of a whole inventory takes a dozen.</summary>
    public const int MaxTraversals = 200;

    /// <summary>Property sets, and paths in them, at most.</summary>
    public const int MaxPaths = 2000;

    private const int MaxDepth = 64;

    private readonly PropertySet[] _propertySets;
    private readonly HashSet<string> _walked = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private KeyValuePair<ManagedType, ObjectPlan>[] _plans = [];

    /// <summary>Makes a plan.</summary>
    /// <param name="spec">What a client asks for.</param>
    /// <exception cref="VSphere.Soap.VimFaultException">It cannot be done, or is too much.</exception>
    public FilterPlan(PropertyFilterSpec spec)
    {
        if (spec.PropSet.Sum(set => 1L + set.PathSet.Count) > MaxPaths)
            throw Fault.InvalidArgument("propSet", $"A filter reads {MaxPaths} properties at most.");
        _propertySets = [.. spec.PropSet.Select(set => new PropertySet(
            set.OfType,
            set.All == true,
            [.. set.PathSet.Distinct(StringComparer.Ordinal).Select(PropertyPath.Parse)]))];
        Starts = [.. spec.ObjectSet.Select(Compile)];
        ReportMissing = spec.ReportMissingObjectsInResults == true;
    }

    /// <summary>Where walks begin.</summary>
    public WalkStart[] Starts { get; }

    /// <summary>How many traversals there are.</summary>
    public int Traversals { get; private set; }

    /// <summary>Whether a start that is gone is part of the answer instead of a fault.</summary>
    public bool ReportMissing { get; }

    /// <summary>Whether walks go along a property, so that its change may lead elsewhere.</summary>
    /// <param name="property">The property's name.</param>
    /// <returns>Whether they do.</returns>
    public bool Walks(string property) => _walked.Contains(property);

    /// <summary>Whether everything that the plan may read can be read without a session.</summary>
    /// <param name="find">Finds objects.</param>
    /// <returns>The first object that cannot be; null for none.</returns>
    public ManagedObjectReference? FirstPrivate(Func<ManagedObjectReference, ManagedObject?> find) => Starts.FirstOrDefault(start =>
        start.Next.Length > 0 || find(start.Object) is not { } found || !_propertySets.All(set =>
            !found.Type.Is(set.Type) || !set.All && set.Paths.All(path => PropertyFetch.IsPublic(found.Type, path))))?.Object;

    /// <summary>What is read of objects of a type.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The plan.</returns>
    public ObjectPlan For(ManagedType type)
    {
        foreach (var (known, plan) in Volatile.Read(ref _plans))
        {
            if (known == type)
                return plan;
        }

        var made = Make(type);
        lock (_lock)
            _plans = [.. _plans, KeyValuePair.Create(type, made)];
        return made;
    }

    /// <summary>Refuses paths that lead nowhere from the objects of a walk.</summary>
    /// <param name="reported">The objects.</param>
    /// <exception cref="VSphere.Soap.VimFaultException"><c>InvalidProperty</c>.</exception>
    /// <remarks>The first few of each type: what a path means further on is known from values only.</remarks>
    public void Check(IReadOnlyList<ManagedObject> reported)
    {
        const int samples = 4;
        var seen = new Dictionary<ManagedType, int>();
        foreach (var target in reported)
        {
            var count = seen.GetValueOrDefault(target.Type);
            if (count == samples)
                continue;
            seen[target.Type] = count + 1;
            For(target.Type).Check(target);
        }
    }

    private ObjectPlan Make(ManagedType type)
    {
        var matching = _propertySets.Where(set => type.Is(set.Type)).ToList();
        IEnumerable<PropertyPath> paths = matching.SelectMany(set => set.Paths);
        if (matching.Any(set => set.All))
            paths = type.Properties.Select(property => PropertyPath.Parse(property.Name)).Concat(paths);
        return new ObjectPlan(type, matching.Count > 0, [.. paths.DistinctBy(path => path.Text, StringComparer.Ordinal)]);
    }

    private WalkStart Compile(ObjectSpec spec)
    {
        if (spec.Obj is not { } start)
            throw Fault.InvalidArgument("objectSet.obj", "It is missing.");
        if (spec.SelectSet.Count == 0)
            return new WalkStart(start, spec.Skip == true, []);
        var named = new Dictionary<string, Traversal>(StringComparer.Ordinal);
        var made = new List<(Traversal Traversal, IReadOnlyList<SelectionSpec> Next)>();
        var bySpec = new Dictionary<SelectionSpec, Traversal>(ReferenceEqualityComparer.Instance);
        Collect(spec.SelectSet, 0);
        foreach (var (traversal, next) in made)
            traversal.Next = Resolve(next);
        return new WalkStart(start, spec.Skip == true, Resolve(spec.SelectSet));

        void Collect(IReadOnlyList<SelectionSpec> selections, int depth)
        {
            if (depth > MaxDepth)
                throw Fault.InvalidArgument("selectSet", "It is nested too deep.");
            foreach (var traversal in selections.OfType<TraversalSpec>())
            {
                if (made.Count == MaxTraversals)
                    throw Fault.InvalidArgument("selectSet", $"An object has {MaxTraversals} traversals at most.");
                var path = PropertyPath.Parse(traversal.Path);
                _walked.Add(path.Top);
                var compiled = new Traversal(Traversals++, traversal.OfType, path, traversal.Skip == true);
                made.Add((compiled, traversal.SelectSet));
                bySpec.Add(traversal, compiled);
                if (traversal.Name is { } name)
                    named.TryAdd(name, compiled);
                Collect(traversal.SelectSet, depth + 1);
            }
        }

        Traversal[] Resolve(IReadOnlyList<SelectionSpec> selections)
        {
            if (selections.Count > MaxTraversals)
                throw Fault.InvalidArgument("selectSet", $"An object has {MaxTraversals} traversals at most.");
            return [.. selections.Select(selection => bySpec.GetValueOrDefault(selection)
                ?? named.GetValueOrDefault(selection.Name ?? "")
                ?? throw Fault.InvalidArgument("selectSet.name", $"No traversal is named '{selection.Name}'.")).Distinct()];
        }
    }

    private sealed record PropertySet(string Type, bool All, PropertyPath[] Paths);
}
