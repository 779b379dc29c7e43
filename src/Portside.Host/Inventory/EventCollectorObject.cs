using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Events that a filter lets through, a page at a time.</summary>
public sealed class EventCollectorObject : ManagedObject
{
    /// <summary>Events in one page, at most.</summary>
    private const int MaxPage = 1000;

    private readonly HostInventory _inventory;
    private readonly Session _session;
    private readonly EventFilterSpec _filter;
    private int _pageSize = 10;
    private int _readUpTo;

    internal EventCollectorObject(HostInventory inventory, Session session, EventFilterSpec filter)
        : base(session.NewReference("EventHistoryCollector"))
    {
        _inventory = inventory;
        _session = session;
        _filter = filter;
        _readUpTo = int.MaxValue;
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType CollectorType { get; } = new ManagedType<EventCollectorObject>("EventHistoryCollector")
        .Property("latestPage", static o => VimValue.Of<Event>([.. o._inventory.Events.Find(o._filter).TakeLast(o._pageSize).Reverse()]))
        .Property("filter", static o => VimValue.Of(o._filter))
        .Method("SetCollectorPageSize", Privileges.View, static (o, call) => o.SetPageSize(call.Request.Required("maxCount", VimKinds.Int)))
        .Method("ReadNextEvents", Privileges.View, static (o, call) => o.ReadNext(call.Request.Required("maxCount", VimKinds.Int)))
        .Method("ReadPreviousEvents", Privileges.View, static (o, call) => o.ReadPrevious(call.Request.Required("maxCount", VimKinds.Int)))
        .Method("RewindCollector", Privileges.View, static (o, _) => o.Seek(0))
        .Method("ResetCollector", Privileges.View, static (o, _) => o.Seek(int.MaxValue))
        .Method("DestroyCollector", Privileges.View, static (o, _) => o.Destroy());

    /// <inheritdoc/>
    public override ManagedType Type => CollectorType;

    private MethodResult SetPageSize(int size)
    {
        if (size is < 1 or > MaxPage)
            throw Fault.InvalidArgument("maxCount", $"A page has 1 to {MaxPage} events.");
        _pageSize = size;
        return MethodResult.Nothing;
    }

    private MethodResult ReadNext(int count)
    {
        var last = Math.Min(_readUpTo, _inventory.Events.Find(_filter) is [.., var newest] ? newest.Key : 0);
        Event[] page = [.. _inventory.Events.Find(_filter).Where(candidate => candidate.Key > last).Take(Math.Clamp(count, 1, MaxPage))];
        _readUpTo = page.LastOrDefault()?.Key ?? last;
        return MethodResult.Of<Event>(page);
    }

    private MethodResult ReadPrevious(int count)
    {
        Event[] page = [.. _inventory.Events.Find(_filter).Where(candidate => candidate.Key <= _readUpTo).TakeLast(Math.Clamp(count, 1, MaxPage))];
        _readUpTo = (page is [var first, ..] ? first.Key : 1) - 1;
        return MethodResult.Of<Event>(page);
    }

    private MethodResult Seek(int key)
    {
        _readUpTo = key;
        return MethodResult.Nothing;
    }

    private MethodResult Destroy()
    {
        _session.Remove(this);
        return MethodResult.Nothing;
    }
}
