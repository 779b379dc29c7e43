using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Objects in the order they came, as a property that lists them needs: cheap to change, and read without a copy each time.</summary>
/// <typeparam name="T">Their class.</typeparam>
internal sealed class Members<T>
    where T : ManagedObject
{
    private readonly Lock _lock = new();
    private readonly List<T> _members = [];
    private T[]? _snapshot;

    /// <summary>As they are now.</summary>
    public IReadOnlyList<T> Now
    {
        get
        {
            lock (_lock)
                return _snapshot ??= [.. _members];
        }
    }

    /// <summary>References to them.</summary>
    public VimValue References => VimValue.Of([.. Now.Select(member => member.Reference)]);

    public void Add(T member)
    {
        lock (_lock)
        {
            _members.Add(member);
            _snapshot = null;
        }
    }

    public void Remove(T member)
    {
        lock (_lock)
        {
            _members.Remove(member);
            _snapshot = null;
        }
    }
}
