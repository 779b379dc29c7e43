using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>What happened lately.</summary>
public sealed class EventManagerObject : ManagedObject
{
    /// <summary>Events kept, at most.</summary>
    private const int MaxEvents = 10_000;

    private readonly HostInventory _inventory;
    private readonly Lock _lock = new();
    private readonly Queue<Event> _events = new();
    private Event? _latest;
    private int _key;

    internal EventManagerObject(HostInventory inventory)
        : base(new ManagedObjectReference("EventManager", inventory.IsVCenter ? "EventManager" : "ha-eventmgr")) => _inventory = inventory;

    /// <summary>Properties and methods.</summary>
    public static ManagedType ManagerType { get; } = new ManagedType<EventManagerObject>("EventManager")
        .Property("latestEvent", static o => Volatile.Read(ref o._latest) is { } latest ? VimValue.Of(latest) : null)
        .Property("maxCollector", static _ => new VimValue(VimKinds.Int, false, Session.MaxObjects))
        .Unset("description")
        .Method("QueryEvents", Privileges.View, static (o, call) =>
            MethodResult.Of<Event>(o.Find(call.Request.Required("filter", VimKinds.Object<EventFilterSpec>()))))
        .Method("CreateCollectorForEvents", Privileges.View, static (o, call) => o.NewCollector(call));

    /// <inheritdoc/>
    public override ManagedType Type => ManagerType;

    /// <summary>Whoever is told of each event, on the thread of what happened.</summary>
    internal event Action<Event>? Happened;

    /// <summary>Notes what happened.</summary>
    internal void Add(Event happened, string user)
    {
        happened.CreatedTime = _inventory.Time.GetUtcNow();
        happened.UserName = user;
        lock (_lock)
        {
            happened.Key = ++_key;
            happened.ChainId = happened.ChainId == 0 ? _key : happened.ChainId;
            _events.Enqueue(happened);
            if (_events.Count > MaxEvents)
                _events.Dequeue();
            Volatile.Write(ref _latest, happened);
        }

        _inventory.Objects.Tell(this, "latestEvent");
        Happened?.Invoke(happened);
    }

    /// <summary>Notes what happened to a machine.</summary>
    internal void Add(VmEvent happened, MachineEntity machine, string user, string text)
    {
        happened.Vm = new VmEventArgument { Name = machine.Name, Vm = machine.Reference };
        happened.Host = new HostEventArgument { Name = machine.Host.Name, Host = machine.Host.Reference };
        happened.ComputeResource = new ComputeResourceEventArgument
        {
            Name = machine.Host.Compute.Name,
            ComputeResource = machine.Host.Compute.Reference,
        };
        happened.Datacenter = new DatacenterEventArgument { Name = _inventory.Datacenter.Name, Datacenter = _inventory.Datacenter.Reference };
        happened.FullFormattedMessage = text;
        Add(happened, user);
    }

    /// <summary>Events that a filter lets through, in order.</summary>
    internal IReadOnlyList<Event> Find(EventFilterSpec filter)
    {
        Event[] events;
        lock (_lock)
            events = [.. _events];
        var found = events.Where(candidate => Matches(filter, candidate));
        return filter.MaxCount is { } count and > 0 ? [.. found.TakeLast(count)] : [.. found];
    }

    /// <summary>Whether a filter lets an event through.</summary>
    internal bool Matches(EventFilterSpec filter, Event candidate) =>
        (filter.Entity is not { } entity || Concerns(candidate, entity))
        && (filter.Time?.BeginTime is not { } begin || candidate.CreatedTime >= begin)
        && (filter.Time?.EndTime is not { } end || candidate.CreatedTime <= end)
        && (filter.UserName is not { UserList.Count: > 0 } users || users.UserList.Contains(candidate.UserName))
        && (filter.EventChainId is not { } chain || candidate.ChainId == chain)
        && (filter.OfType.Count == 0 || filter.OfType.Any(candidate.Type.Is))
        && (filter.EventTypeId.Count == 0 || filter.EventTypeId.Any(id => IsOfType(candidate, id)));

    /// <summary>Event types are named <c>vim.event.VmPoweredOnEvent</c> there.</summary>
    private static bool IsOfType(Event candidate, string id) =>
        candidate is EventEx extended && extended.EventTypeId == id || candidate.Type.Is(id[(id.LastIndexOf('.') + 1)..]);

    private bool Concerns(Event candidate, EventFilterSpecByEntity filter)
    {
        ManagedObjectReference?[] concerned = [candidate.Vm?.Vm, candidate.Host?.Host, candidate.ComputeResource?.ComputeResource, candidate.Datacenter?.Datacenter];
        if (filter.Recursion != "children" && concerned.FirstOrDefault(reference => reference is not null) == filter.Entity)
            return true;
        if (filter.Recursion == "self")
            return false;
        return concerned.OfType<ManagedObjectReference>().Any(reference =>
        {
            for (var entity = _inventory.Objects.Find(reference) as ManagedEntity; entity is not null; entity = entity.Parent)
            {
                if (entity.Reference == filter.Entity)
                    return true;
            }

            return false;
        });
    }

    private MethodResult NewCollector(MethodCall call)
    {
        var collector = new EventCollectorObject(
            _inventory,
            call.Caller,
            call.Request.Required("filter", VimKinds.Object<EventFilterSpec>()));
        call.Caller.Add(collector);
        return collector.Reference;
    }
}
