using Portside.Host.Inventory;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Properties;

/// <summary>A walk through the inventory, depth first: which objects a selection reaches now.</summary>
internal sealed class Walk
{
    /// <summary>References followed, at most: a dozen times an inventory of 80,000 objects.</summary>
    public const int MaxSteps = 1_000_000;

    private readonly Func<ManagedObjectReference, ManagedObject?> _find;
    private readonly Func<ManagedObject, bool> _reports;
    private readonly bool _lenient;
    private readonly OrdinalSet?[] _passed;
    private readonly HashSet<(ManagedObject Object, int Traversal)> _passedOwn = [];
    private readonly HashSet<ManagedObject> _reportedOwn = [];
    private readonly Stack<Frame> _stack = new();
    private int _steps;

    private Walk(int traversals, Func<ManagedObjectReference, ManagedObject?> find, Func<ManagedObject, bool> reports, bool lenient)
    {
        _find = find;
        _reports = reports;
        _lenient = lenient;
        _passed = new OrdinalSet?[traversals];
    }

    /// <summary>The objects that it reports, each once, in the order it came by them.</summary>
    public List<ManagedObject> Reported { get; } = [];

    /// <summary>Those of <see cref="Reported"/> that everyone has.</summary>
    public OrdinalSet Ordinals { get; } = new();

    /// <summary>Those of <see cref="Reported"/> that are a session's own.</summary>
    public IReadOnlyCollection<ManagedObject> Own => _reportedOwn;

    /// <summary>Every object that it came by.</summary>
    public OrdinalSet Visited { get; } = new();

    /// <summary>Starts that are gone.</summary>
    public List<ManagedObjectReference> Missing { get; } = [];

    /// <summary>Told of an object of a session's own, before its properties are read.</summary>
    private Action<ManagedObject>? Entering { get; init; }

    /// <summary>Walks.</summary>
    /// <param name="starts">Where to begin.</param>
    /// <param name="traversals">How many traversals there are.</param>
    /// <param name="find">Finds objects; references to what is gone lead nowhere.</param>
    /// <param name="reports">Whether an object is reported.</param>
    /// <param name="entering">Told of an object of a session's own, before its properties are read.</param>
    /// <param name="lenient">Whether a traversal along a property that a type does not have leads nowhere instead of failing.</param>
    /// <returns>Where it led.</returns>
    /// <exception cref="VimFaultException">A traversal is along a property that a type does not have, or it is too far.</exception>
    public static Walk Run(
        IEnumerable<WalkStart> starts,
        int traversals,
        Func<ManagedObjectReference, ManagedObject?> find,
        Func<ManagedObject, bool> reports,
        Action<ManagedObject>? entering = null,
        bool lenient = false)
    {
        var walk = new Walk(traversals, find, reports, lenient) { Entering = entering };
        foreach (var start in starts)
        {
            if (find(start.Object) is not { } first)
            {
                walk.Missing.Add(start.Object);
                continue;
            }

            walk.Pass(first, start.Skip, start.Next);
            walk.Run();
        }

        return walk;
    }

    // A stack of our own: folders may be nested deeper than a thread's stack allows.
    private void Run()
    {
        while (_stack.TryPeek(out var frame))
        {
            if (!frame.MoveNext(this, out var along, out var reference))
            {
                _stack.Pop();
                continue;
            }

            if (++_steps > MaxSteps)
                throw Fault.InvalidArgument("objectSet", "The selection goes through too many objects.");
            if (_find(reference) is { } next && (along.Next.Length == 0 || IsFirst(next, along)))
                Pass(next, along.Skip, along.Next);
        }
    }

    private void Pass(ManagedObject target, bool skip, Traversal[] next)
    {
        if (target.Ordinal >= 0)
            Visited.Add(target.Ordinal);
        else
            Entering?.Invoke(target);
        if (!skip && (target.Ordinal >= 0 ? !Ordinals.Contains(target.Ordinal) : !_reportedOwn.Contains(target)) && _reports(target))
        {
            if (target.Ordinal >= 0)
                Ordinals.Add(target.Ordinal);
            else
                _reportedOwn.Add(target);
            Reported.Add(target);
        }

        if (next.Length > 0)
            _stack.Push(new Frame(target, next));
    }

    /// <summary>Whether an object was not reached by a traversal before: circles end here.</summary>
    private bool IsFirst(ManagedObject target, Traversal along) => target.Ordinal >= 0
        ? (_passed[along.Index] ??= new OrdinalSet()).Add(target.Ordinal)
        : _passedOwn.Add((target, along.Index));

    private IEnumerable<ManagedObjectReference> References(ManagedObject from, Traversal along)
    {
        if (!from.Type.Is(along.Type) || _lenient && from.Type.FindProperty(along.Path.Top) is null)
            return [];
        return along.Path.Get(from)?.Value switch
        {
            ManagedObjectReference one => [one],
            IEnumerable<ManagedObjectReference> many => many,
            _ => [],
        };
    }

    private sealed class Frame(ManagedObject from, Traversal[] next)
    {
        private int _at = -1;
        private IEnumerator<ManagedObjectReference>? _references;

        public bool MoveNext(Walk walk, out Traversal along, out ManagedObjectReference reference)
        {
            while (true)
            {
                if (_references?.MoveNext() == true)
                {
                    along = next[_at];
                    reference = _references.Current;
                    return true;
                }

                if (++_at == next.Length)
                {
                    along = null!;
                    reference = null!;
                    return false;
                }

                walk._steps++;
                _references = walk.References(from, next[_at]).GetEnumerator();
            }
        }
    }
}
