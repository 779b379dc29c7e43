using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Properties;

/// <summary>
/// A filter of a collector: which objects it reports is known from a walk, which is walked again only when a property that
/// it went along has changed; which of them changed since the last answer is known from marks.
/// </summary>
/// <remarks>
/// Its memory is a few bits for each object that there is, however much changes while nobody asks. Changes come on the
/// threads that make them, which take the lock for a moment at most; walks are outside of it, and what happens meanwhile
/// is noted and walked again or taken out. Membership is published before values are read: a change is either read or told.
/// </remarks>
internal sealed class PropertyFilter : ManagedObject, IChangeListener, IDisposable
{
    public static readonly ManagedType<PropertyFilter> Schema = new ManagedType<PropertyFilter>("PropertyFilter")
        .Property("spec", filter => VimValue.Of(filter._spec))
        .Property("partialUpdates", filter => new VimValue(VimKinds.Boolean, false, filter._partialUpdates))
        .Method("DestroyPropertyFilter", Privileges.View, (filter, call) =>
        {
            call.Caller.Remove(filter);
            return MethodResult.Nothing;
        });

    private readonly PropertyCollector _collector;
    private readonly ManagedObjects _objects;
    private readonly Session _session;
    private readonly PropertyFilterSpec _spec;
    private readonly bool _partialUpdates;
    private readonly FilterPlan _plan;
    private readonly int _weight;
    private readonly Lock _lock = new();

    // Objects that everyone has, by ordinal.
    private OrdinalSet _members = new();
    private readonly OrdinalSet _announced = new();
    private readonly OrdinalSet _dirty = new();
    private readonly Dictionary<ulong, OrdinalSet> _changes = [];
    private volatile OrdinalSet _visited = new();

    // A session's own objects: views, mostly.
    private readonly Dictionary<ManagedObject, OwnMember> _ownMembers = [];
    private HashSet<View> _views = [];

    private List<ManagedObjectReference> _left = [];
    private IReadOnlyList<ManagedObjectReference> _missing = [];
    private IReadOnlyList<ManagedObjectReference> _untold = [];
    private int _toldMissing;
    private List<ManagedObject>? _removedMeanwhile;
    private volatile bool _walking;
    private int _astray = 1;
    private bool _isNew = true;
    private bool _disposed;

    public PropertyFilter(
        ManagedObjectReference reference,
        PropertyCollector collector,
        ManagedObjects objects,
        Session session,
        PropertyFilterSpec spec,
        bool partialUpdates)
        : base(reference)
    {
        _collector = collector;
        _objects = objects;
        _session = session;
        _spec = spec;
        _partialUpdates = partialUpdates;
        _plan = new FilterPlan(spec);
        _weight = 1 + spec.ObjectSet.Count + _plan.Traversals + spec.PropSet.Sum(set => 1 + set.PathSet.Count);
        SessionBudget.Of(session).Take(_weight);
    }

    public override ManagedType Type => Schema;

    /// <summary>Begins to listen, and walks for the first time.</summary>
    /// <exception cref="VimFaultException">A start is gone, or a path leads nowhere.</exception>
    public void Begin()
    {
        _objects.Listen(this);
        try
        {
            var reach = Rewalk();
            if (!_plan.ReportMissing && reach.Missing.Count > 0)
                throw Fault.NotFound(reach.Missing[0]);
            _plan.Check(reach.Reported);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Forgets what was reported: the next answer is the first one again.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _announced.Clear();
            _dirty.Clear();
            _changes.Clear();
            _left = [];
            (_untold, _toldMissing) = ([], 0);
            foreach (var own in _ownMembers.Values)
                own.Reset();
            _isNew = true;
        }
    }

    /// <summary>Whether there may be something to tell.</summary>
    public bool IsPending
    {
        get
        {
            lock (_lock)
            {
                return !_disposed
                    && (_isNew || _toldMissing < _untold.Count || _left.Count > 0 || Volatile.Read(ref _astray) != 0 || _dirty.Next(0) >= 0
                        || _members.NextNotIn(0, _announced) >= 0 || _ownMembers.Values.Any(static own => !own.Announced || own.Changes != 0));
            }
        }
    }

    /// <summary>What happened since the last answer. One thread at a time.</summary>
    /// <param name="room">What may be in it; what was used is taken off.</param>
    /// <param name="more">Whether there was no room for all.</param>
    /// <returns>Null for nothing.</returns>
    public PropertyFilterUpdate? Gather(AnswerRoom room, out bool more)
    {
        if (Volatile.Read(ref _astray) != 0)
            TryRewalk();
        bool isNew;
        lock (_lock)
        {
            more = false;
            if (_disposed)
                return null;
            isNew = _isNew;
            _isNew = false;
            if (isNew)
                (_untold, _toldMissing) = (_missing, 0);
        }

        var missing = new List<MissingObject>();
        for (; _toldMissing < _untold.Count && !room.IsUsed; _toldMissing++)
        {
            var gone = _untold[_toldMissing];
            missing.Add(new MissingObject { Obj = gone, Fault = Fault.NotFound(gone).ToLocalized() });
            room.UseFor(missing[^1].Weigh());
        }

        var told = new List<ObjectUpdate>();
        int count;
        List<Update> updates;
        do
        {
            count = room.Next();
            updates = Take(count, out more);

            // Values are read when marks are gone: a change meanwhile is told once more.
            foreach (var update in updates)
            {
                told.Add(update.Read());
                room.Use(told[^1].Weigh());
            }
        }
        while (count > 0 && updates.Count == count);
        more |= _toldMissing < _untold.Count;
        if (told.Count == 0 && missing.Count == 0 && !isNew)
            return null;
        room.UseFor(0);
        return new PropertyFilterUpdate { Filter = Reference, ObjectSet = told, MissingSet = missing };
    }

    public void Changed(ManagedObject changed, string property)
    {
        if (!_walking && changed.Ordinal >= 0 && !_visited.Contains(changed.Ordinal))
            return;
        var walks = _plan.Walks(property);
        var bit = _plan.For(changed.Type).BitOf(property);
        if (!walks && bit == 0)
            return;
        var tell = walks && Interlocked.Exchange(ref _astray, 1) == 0;
        if (bit != 0)
        {
            lock (_lock)
            {
                if (changed.Ordinal < 0)
                    tell |= _ownMembers.TryGetValue(changed, out var own) && own.Mark(bit);
                else if (_members.Contains(changed.Ordinal))
                    tell |= Mark(changed.Ordinal, bit);
            }
        }

        if (tell)
            _collector.Pulse();
    }

    public void Removed(ManagedObject removed)
    {
        var tell = false;
        lock (_lock)
        {
            _removedMeanwhile?.Add(removed);
            if (removed.Ordinal < 0)
            {
                if (_ownMembers.Remove(removed, out var own) && own.Announced)
                {
                    _left.Add(removed.Reference);
                    tell = true;
                }
            }
            else if (_members.Remove(removed.Ordinal))
            {
                tell = Leave(removed.Ordinal, removed.Reference);
            }
        }

        if (tell)
            _collector.Pulse();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        SessionBudget.Of(_session).Give(_weight);
        _objects.Forget(this);
        foreach (var view in _views)
            view.Forget(this);
        _collector.Forget(this);
    }

    private ManagedObject? Find(ManagedObjectReference reference) => _session.Find(reference) ?? _objects.Find(reference);

    private void TryRewalk()
    {
        try
        {
            // What changed during the walk is walked once more; what changes during that is for the next answer.
            Rewalk();
            if (Volatile.Read(ref _astray) != 0)
                Rewalk();
            if (Volatile.Read(ref _astray) != 0)
                _collector.Pulse();
        }
        catch (VimFaultException)
        {
            // A traversal along a property that a type of objects does not have, which came after the filter was made:
            // there is nobody to answer, so the filter stays with the objects it has.
        }
    }

    private Reach Rewalk()
    {
        var views = new HashSet<View>();
        lock (_lock)
            _removedMeanwhile = [];
        _walking = true;
        Interlocked.Exchange(ref _astray, 0);
        Interlocked.MemoryBarrier();
        try
        {
            var reach = OfView(Entering)
                ?? Reach.Of(Walk.Run(_plan.Starts, _plan.Traversals, Find, target => _plan.For(target.Type).Matches, Entering));
            lock (_lock)
                Publish(reach);
            Interlocked.MemoryBarrier();
            return reach;
        }
        finally
        {
            _walking = false;
            lock (_lock)
            {
                _removedMeanwhile = null;
                foreach (var gone in _views.Where(view => !views.Contains(view)))
                    gone.Forget(this);
                if (_disposed)
                {
                    foreach (var view in views)
                        view.Forget(this);
                }

                _views = views;
            }
        }

        void Entering(ManagedObject own)
        {
            if (own is View view && views.Add(view) && !_views.Contains(view))
                view.Listen(this);
        }
    }

    /// <summary>
    /// The commonest selection, all objects of one container view, which is the same for everyone who makes that view: a new
    /// machine is not worth a walk through ten thousand for each of a thousand sessions.
    /// </summary>
    /// <returns>Null for any other selection.</returns>
    private Reach? OfView(Action<ManagedObject> entering)
    {
        if (_plan.Starts is not [{ Next: [{ Next: [], Skip: false, Path.Text: "view" } along] } start]
            || Find(start.Object) is not ContainerView view
            || !view.Type.Is(along.Type)
            || !start.Skip && _plan.For(view.Type).Matches)
        {
            return null;
        }

        entering(view);
        var reach = view.Now;
        return reach.Types.All(type => _plan.For(type).Matches) ? reach : null;
    }

    private void Publish(Reach reach)
    {
        if (_disposed)
            return;
        var now = reach.Ordinals.Copy();
        foreach (var removed in _removedMeanwhile!.Where(removed => removed.Ordinal >= 0))
        {
            // Another object may have its ordinal by now: whether that one belongs here, the next walk will say.
            if (now.Remove(removed.Ordinal) && _objects.At(removed.Ordinal) is { } other && other != removed)
                Interlocked.Exchange(ref _astray, 1);
        }

        for (var ordinal = _members.NextNotIn(0, now); ordinal >= 0; ordinal = _members.NextNotIn(ordinal + 1, now))
            Leave(ordinal, _objects.At(ordinal)!.Reference);
        _members = now;
        var own = reach.Own.Where(member => !_removedMeanwhile!.Contains(member)).ToHashSet();
        foreach (var gone in _ownMembers.Keys.Where(member => !own.Contains(member)).ToList())
        {
            if (_ownMembers.Remove(gone, out var member) && member.Announced)
                _left.Add(gone.Reference);
        }

        foreach (var member in own)
            _ownMembers.TryAdd(member, new OwnMember());
        _visited = reach.Visited;
        _missing = _plan.ReportMissing ? reach.Missing : [];
    }

    /// <summary>Notes that an object is no member any more.</summary>
    /// <returns>Whether anybody knew of it.</returns>
    private bool Leave(int ordinal, ManagedObjectReference reference)
    {
        Unmark(ordinal);
        if (!_announced.Remove(ordinal))
            return false;
        _left.Add(reference);
        return true;
    }

    private bool Mark(int ordinal, ulong bit)
    {
        // Who has not entered yet is read when it does.
        if (!_announced.Contains(ordinal))
            return false;
        if (!_changes.TryGetValue(bit, out var set))
            _changes[bit] = set = new OrdinalSet();
        set.Add(ordinal);
        return _dirty.Add(ordinal);
    }

    private ulong Unmark(int ordinal)
    {
        if (!_dirty.Remove(ordinal))
            return 0;
        var bits = 0UL;
        foreach (var (bit, set) in _changes)
        {
            if (set.Remove(ordinal))
                bits |= bit;
        }

        return bits;
    }

    /// <summary>Some of what happened, which is told from now on.</summary>
    private List<Update> Take(int count, out bool more)
    {
        var updates = new List<Update>();
        more = false;
        lock (_lock)
        {
            if (_disposed)
                return updates;
            GatherLeft(updates, ref count, ref more);
            GatherOwn(updates, ref count, ref more);
            GatherEntered(updates, ref count, ref more);
            GatherChanged(updates, ref count, ref more);
        }

        return updates;
    }

    private void GatherLeft(List<Update> updates, ref int room, ref bool more)
    {
        var count = Math.Min(room, _left.Count);
        foreach (var gone in _left.Take(count))
            updates.Add(new Update(null, null, 0, gone));
        room -= count;
        if (count < _left.Count)
        {
            _left.RemoveRange(0, count);
            more = true;
        }
        else if (count > 0)
        {
            _left = [];
        }
    }

    private void GatherOwn(List<Update> updates, ref int room, ref bool more)
    {
        foreach (var (target, own) in _ownMembers)
        {
            if (own.Announced && own.Changes == 0)
                continue;
            if (!Take(ref room, ref more))
                return;
            updates.Add(new Update(target, _plan.For(target.Type), own.Announced ? own.Changes : 0, null));
            own.Announce();
        }
    }

    private void GatherEntered(List<Update> updates, ref int room, ref bool more)
    {
        for (var ordinal = _members.NextNotIn(0, _announced); ordinal >= 0; ordinal = _members.NextNotIn(ordinal + 1, _announced))
        {
            if (!Take(ref room, ref more))
                return;
            _announced.Add(ordinal);
            var target = _objects.At(ordinal)!;
            updates.Add(new Update(target, _plan.For(target.Type), 0, null));
        }
    }

    private void GatherChanged(List<Update> updates, ref int room, ref bool more)
    {
        for (var ordinal = _dirty.Next(0); ordinal >= 0; ordinal = _dirty.Next(ordinal + 1))
        {
            if (!Take(ref room, ref more))
                return;
            var target = _objects.At(ordinal)!;
            updates.Add(new Update(target, _plan.For(target.Type), Unmark(ordinal), null));
        }
    }

    private static bool Take(ref int room, ref bool more)
    {
        if (room == 0)
        {
            more = true;
            return false;
        }

        room--;
        return true;
    }

    private readonly record struct Update(ManagedObject? Target, ObjectPlan? Plan, ulong Changes, ManagedObjectReference? Gone)
    {
        public ObjectUpdate Read()
        {
            if (Gone is not null)
                return new ObjectUpdate { Kind = "leave", Obj = Gone };
            return Changes == 0 ? Plan!.Entering(Target!) : Plan!.Changing(Target!, Changes);
        }
    }

    private sealed class OwnMember
    {
        public bool Announced { get; private set; }

        public ulong Changes { get; private set; }

        public bool Mark(ulong bit)
        {
            if (!Announced)
                return false;
            var first = Changes == 0;
            Changes |= bit;
            return first;
        }

        public void Announce()
        {
            Announced = true;
            Changes = 0;
        }

        public void Reset()
        {
            Announced = false;
            Changes = 0;
        }
    }
}
