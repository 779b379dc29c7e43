using Portside.Host.Inventory;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>A view of the objects that its client names.</summary>
internal sealed class ListView(ManagedObjectReference reference, ManagedObjects objects, IEnumerable<ManagedObjectReference> first)
    : View(reference)
{
    /// <summary>Objects in one view, at most.</summary>
    public const int MaxObjects = 100_000;

    public static readonly new ManagedType<ListView> Schema = new ManagedType<ListView>("ListView", ManagedObjectViewSchema)
        .Method("ModifyListView", Privileges.View, (view, call) => view.Modify(
            call.Session,
            call.Request.List("add", VimKinds.Reference),
            call.Request.List("remove", VimKinds.Reference)))
        .Method("ResetListView", Privileges.View, (view, call) => view.Reset(call.Session, call.Request.List("obj", VimKinds.Reference)))
        .Method("ResetListViewFromView", Privileges.View, (view, call) => view.ResetFrom(
            call.Session?.Find(call.Request.Required("view", VimKinds.Reference)) as View
                ?? throw Fault.NotFound(call.Request.Required("view", VimKinds.Reference))));

    private readonly Lock _lock = new();
    private IReadOnlyList<ManagedObjectReference> _list = Bounded(first);

    public override ManagedType Type => Schema;

    public override IReadOnlyList<ManagedObjectReference> Objects => Volatile.Read(ref _list);

    private static List<ManagedObjectReference> Bounded(IEnumerable<ManagedObjectReference> objects)
    {
        var list = objects.Distinct().Take(MaxObjects + 1).ToList();
        return list.Count <= MaxObjects ? list : throw Fault.InvalidArgument("obj", $"A view has {MaxObjects} objects at most.");
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
        lock (_lock)
            Volatile.Write(ref _list, Bounded(_list.Concat(there).Where(reference => !gone.Contains(reference))));
        Tell();
        return Unresolved(unresolved);
    }

    private MethodResult Reset(Session? session, IReadOnlyList<ManagedObjectReference> wanted)
    {
        var (there, unresolved) = Resolve(session, wanted);
        lock (_lock)
            Volatile.Write(ref _list, Bounded(there));
        Tell();
        return Unresolved(unresolved);
    }

    private MethodResult ResetFrom(View other)
    {
        lock (_lock)
            Volatile.Write(ref _list, Bounded(other.Objects));
        Tell();
        return MethodResult.Nothing;
    }

    private (List<ManagedObjectReference> There, List<ManagedObjectReference> Gone) Resolve(
        Session? session,
        IReadOnlyList<ManagedObjectReference> references)
    {
        var there = new List<ManagedObjectReference>(references.Count);
        var gone = new List<ManagedObjectReference>();
        foreach (var reference in references)
            ((session?.Find(reference) ?? objects.Find(reference)) is null ? gone : there).Add(reference);
        return (there, gone);
    }

    private static MethodResult Unresolved(List<ManagedObjectReference> gone) =>
        gone.Count == 0 ? MethodResult.Nothing : new MethodResult(VimValue.Of(gone));
}
