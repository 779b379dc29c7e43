using System.Collections.Concurrent;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>All managed objects that do not belong to one session, and word of every change to them.</summary>
public sealed class ManagedObjects
{
    private readonly ConcurrentDictionary<string, ManagedObject> _objects = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Stack<int> _freeOrdinals = new();
    private ManagedObject?[] _byOrdinal = [];
    private int _nextOrdinal;
    private IChangeListener[] _listeners = [];

    /// <summary>How many objects there are.</summary>
    public int Count => _objects.Count;

    /// <summary>One more than the highest ordinal ever given.</summary>
    public int OrdinalLimit => Volatile.Read(ref _nextOrdinal);

    /// <summary>An object by its reference.</summary>
    /// <param name="reference">Its reference.</param>
    /// <returns>Null if there is none, or if it is of another type.</returns>
    public ManagedObject? Find(ManagedObjectReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return _objects.TryGetValue(reference.Value, out var found) && found.Type.Is(reference.Type) ? found : null;
    }

    /// <summary>An object by its ordinal.</summary>
    /// <param name="ordinal">The ordinal.</param>
    /// <returns>Null if no object has it now.</returns>
    public ManagedObject? At(int ordinal)
    {
        var all = Volatile.Read(ref _byOrdinal);
        return (uint)ordinal < (uint)all.Length ? Volatile.Read(ref all[ordinal]) : null;
    }

    /// <summary>All objects of a type, in no order.</summary>
    /// <typeparam name="T">Their class.</typeparam>
    /// <returns>As they are now.</returns>
    public IEnumerable<T> All<T>()
        where T : ManagedObject => _objects.Values.OfType<T>();

    /// <summary>Takes an object in.</summary>
    /// <param name="added">The object.</param>
    /// <exception cref="ArgumentException">Its id is taken.</exception>
    public void Add(ManagedObject added)
    {
        ArgumentNullException.ThrowIfNull(added);
        lock (_lock)
        {
            added.Ordinal = _freeOrdinals.TryPop(out var free) ? free : _nextOrdinal++;
            if (added.Ordinal >= _byOrdinal.Length)
            {
                var grown = new ManagedObject?[Math.Max(64, _byOrdinal.Length * 2)];
                _byOrdinal.CopyTo(grown, 0);
                Volatile.Write(ref _byOrdinal, grown);
            }

            Volatile.Write(ref _byOrdinal[added.Ordinal], added);
        }

        if (!_objects.TryAdd(added.Reference.Value, added))
            throw new ArgumentException($"There is a {added.Reference} already.", nameof(added));
    }

    /// <summary>Takes an object out; the properties that listed it must have changed before.</summary>
    /// <param name="removed">The object.</param>
    public void Remove(ManagedObject removed)
    {
        ArgumentNullException.ThrowIfNull(removed);
        if (!_objects.TryRemove(KeyValuePair.Create(removed.Reference.Value, removed)))
            return;
        foreach (var listener in Volatile.Read(ref _listeners))
            listener.Removed(removed);
        lock (_lock)
        {
            Volatile.Write(ref _byOrdinal[removed.Ordinal], null);
            _freeOrdinals.Push(removed.Ordinal);
        }
    }

    /// <summary>Tells that a property has another value. Call it without locks held.</summary>
    /// <param name="changed">The object.</param>
    /// <param name="property">The property's name.</param>
    public void Tell(ManagedObject changed, string property)
    {
        // The new value is seen by everyone before any listener looks whether the object concerns it: a listener that is
        // just taking the object in either hears of the change here or reads the new value afterwards.
        Interlocked.MemoryBarrier();
        foreach (var listener in Volatile.Read(ref _listeners))
            listener.Changed(changed, property);
    }

    /// <summary>Adds one who is told of changes.</summary>
    /// <param name="listener">Whom to tell.</param>
    public void Listen(IChangeListener listener)
    {
        lock (_lock)
            _listeners = [.. _listeners, listener];
    }

    /// <summary>Takes one out who is told of changes.</summary>
    /// <param name="listener">Whom to tell no more.</param>
    public void Forget(IChangeListener listener)
    {
        lock (_lock)
            _listeners = [.. _listeners.Where(other => other != listener)];
    }
}
