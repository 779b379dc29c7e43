using Portside.Host.Inventory;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>A view of the objects that its client names.</summary>
internal sealed class ListView : View
{
    public static readonly new ManagedType<ListView> Schema = new ManagedType<ListView>("ListView", ManagedObjectViewSchema)
        .Method("ModifyListView", Privileges.View, (view, call) => view.Modify(
            call.Session,
            call.Request.List("add", VimKinds.Reference),
            call.Request.List("remove", VimKinds.Reference)))
        .Method("ResetListView", Privileges.View, (view, call) => view.Reset(call.Session, call.Request.List("obj", VimKinds.Reference)))
        .Method("ResetListViewFromView", Privileges.View, (view, call) => view.ResetFrom(
            call.Session?.Find(call.Request.Required("view", VimKinds.Reference)) as View
                ?? throw Fault.NotFound(call.Request.Required("view", VimKinds.Reference))));

    private readonly ManagedObjects _objects;
    private readonly SessionBudget _budget;
    private readonly Lock _lock = new();
    private IReadOnlyList<ManagedObjectReference> _list = [];
    private bool _disposed;

    public ListView(ManagedObjectReference reference, ManagedObjects objects, Session session, IEnumerable<ManagedObjectReference> first)
        : base(reference)
    {
        _objects = objects;
        _budget = SessionBudget.Of(session);
        Change(_ => first);
    }

    public override ManagedType Type => Schema;

    public override IReadOnlyList<ManagedObjectReference> Objects => Volatile.Read(ref _list);

    public override void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _budget.Give(_list.Count);
        }

        base.Dispose();
    }

    private void Change(Func<IReadOnlyList<ManagedObjectReference>, IEnumerable<ManagedObjectReference>> change)
    {
        lock (_lock)
        {
            if (_disposed)
                throw Fault.NotFound(Reference);
            List<ManagedObjectReference> list = [.. change(_list).Distinct().Take(SessionBudget.Most + 1)];
            _budget.Take(list.Count - _list.Count);
            Volatile.Write(ref _list, list);
        }

        Tell();
    }

    /// <summary>Changes the list.</summary>
    /// <returns>References that lead nowhere.</returns>
    private MethodResult Modify(
        Session? session,
        IReadOnlyList<ManagedObjectReference> added,
        IReadOnlyList<ManagedObjectReference> removed)
    {
        var (there, unresolved) = Resolve(session, added);
        var gone = removed.ToHashSet();
        Change(list => list.Concat(there).Where(reference => !gone.Contains(reference)));
        return Unresolved(unresolved);
    }

    private MethodResult Reset(Session? session, IReadOnlyList<ManagedObjectReference> wanted)
    {
        var (there, unresolved) = Resolve(session, wanted);
        Change(_ => there);
        return Unresolved(unresolved);
    }

    private MethodResult ResetFrom(View other)
    {
        var wanted = other.Objects;
        Change(_ => wanted);
        return MethodResult.Nothing;
    }

    private (List<ManagedObjectReference> There, List<ManagedObjectReference> Gone) Resolve(
        Session? session,
        IReadOnlyList<ManagedObjectReference> references)
    {
        var there = new List<ManagedObjectReference>(references.Count);
        var gone = new List<ManagedObjectReference>();
        foreach (var reference in references)
            ((session?.Find(reference) ?? _objects.Find(reference)) is null ? gone : there).Add(reference);
        return (there, gone);
    }

    private static MethodResult Unresolved(List<ManagedObjectReference> gone) =>
        gone.Count == 0 ? MethodResult.Nothing : new MethodResult(VimValue.Of(gone));
}
