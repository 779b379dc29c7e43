using Portside.Host.Inventory;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>Objects by name: a session's own list, which its filters walk from.</summary>
/// <param name="reference">Its reference.</param>
/// <remarks>Who walks a view is told of its changes by the view itself: those of the whole inventory do not concern others.</remarks>
internal abstract class View(ManagedObjectReference reference) : ManagedObject(reference), IDisposable
{
    public static readonly ManagedType<View> Schema = new ManagedType<View>("View")
        .Method("DestroyView", Privileges.View, (view, call) =>
        {
            call.Caller.Remove(view);
            return MethodResult.Nothing;
        });

    /// <summary>A view of objects of the inventory.</summary>
    public static readonly ManagedType<View> ManagedObjectViewSchema = new ManagedType<View>("ManagedObjectView", Schema)
        .Property("view", view => VimValue.Of(view.Objects));

    private readonly Lock _lock = new();
    private IChangeListener[] _listeners = [];

    /// <summary>The objects in it now.</summary>
    public abstract IReadOnlyList<ManagedObjectReference> Objects { get; }

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

    public virtual void Dispose()
    {
        // Gone from the session already: who walks again finds it no more.
        Tell();
        foreach (var listener in Volatile.Read(ref _listeners))
            listener.Removed(this);
    }

    /// <summary>Tells that the objects are others.</summary>
    public void Tell()
    {
        Interlocked.MemoryBarrier();
        foreach (var listener in Volatile.Read(ref _listeners))
            listener.Changed(this, "view");
    }
}
