using Portside.Host.Inventory;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>Makes views.</summary>
internal sealed class ViewManager(ManagedObjectReference reference, ManagedObjects objects) : ManagedObject(reference)
{
    /// <summary>Types in one view, at most.</summary>
    public const int MaxTypes = 100;

    public static readonly ManagedType<ViewManager> Schema = new ManagedType<ViewManager>("ViewManager")
        .Unset("viewList")
        .Method("CreateContainerView", Privileges.View, (views, call) => views.CreateContainerView(call))
        .Method("CreateListView", Privileges.View, (views, call) => views.CreateListView(call, call.Request.List("obj", VimKinds.Reference)))
        .Method("CreateListViewFromView", Privileges.View, (views, call) => views.CreateListView(
            call,
            (call.Caller.Find(call.Request.Required("view", VimKinds.Reference)) as View
                ?? throw Fault.NotFound(call.Request.Required("view", VimKinds.Reference))).Objects))
        .Method("CreateInventoryView", Privileges.View, static (_, _) => CreateInventoryView());

    private static readonly string[] Containers = ["Folder", "Datacenter", "ComputeResource", "ResourcePool", "HostSystem"];

    private readonly Dictionary<ContainmentKey, Containment> _containments = [];
    private readonly Lock _lock = new();

    public override ManagedType Type => Schema;

    private static MethodResult CreateInventoryView() =>
        throw Fault.NotSupported("Inventory views are for vSphere's own client; use a container view.");

    private MethodResult CreateContainerView(MethodCall call)
    {
        var container = call.Request.Required("container", VimKinds.Reference);
        var found = objects.Find(container) ?? throw Fault.NotFound(container);
        if (!Containers.Any(found.Type.Is))
            throw Fault.InvalidArgument("container", $"A {found.Type.Name} contains nothing.");
        var types = call.Request.List("type", VimKinds.String);
        if (types.Count > MaxTypes)
            throw Fault.InvalidArgument("type", $"A view has {MaxTypes} at most.");
        var key = new ContainmentKey(found.Reference, [.. types.Distinct(StringComparer.Ordinal)], call.Request.Required("recursive", VimKinds.Boolean));
        ContainerView view;
        lock (_lock)
        {
            // Who makes a list that no other view has pays for it.
            var budget = SessionBudget.Of(call.Caller);
            var weight = _containments.ContainsKey(key) ? 1 : 1 + objects.Count / 8;
            budget.Take(weight);
            if (!_containments.TryGetValue(key, out var containment))
            {
                _containments[key] = containment = new Containment(objects, found, key, Drop);
                objects.Listen(containment);
            }

            view = new ContainerView(call.Caller.NewReference("ContainerView"), containment, budget, weight);
            containment.Enter(view);
        }

        return Add(call, view);
    }

    private MethodResult CreateListView(MethodCall call, IReadOnlyList<ManagedObjectReference> list)
    {
        // Gone objects are left out, as filters would pass them by anyway.
        var there = list.Where(reference => (call.Caller.Find(reference) ?? objects.Find(reference)) is not null);
        return Add(call, new ListView(call.Caller.NewReference("ListView"), objects, call.Caller, there));
    }

    private static MethodResult Add(MethodCall call, View view)
    {
        try
        {
            call.Caller.Add(view);
        }
        catch (InvalidOperationException e)
        {
            view.Dispose();
            throw PropertyFaults.TooMany(e.Message);
        }

        return view.Reference;
    }

    private void Drop(Containment unused)
    {
        lock (_lock)
        {
            if (!unused.IsUnused || !_containments.Remove(unused.Key))
                return;
        }

        objects.Forget(unused);
    }
}
