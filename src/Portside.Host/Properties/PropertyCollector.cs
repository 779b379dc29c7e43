using System.Globalization;
using System.Runtime.CompilerServices;
using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Properties;

/// <summary>
/// A property collector. The well-known one is in the inventory for everyone to find, but it is one for each session: it
/// hands each call to the caller's own.
/// </summary>
internal sealed class PropertyCollector : ManagedObject, IThreadPoolWorkItem, IDisposable
{
    /// <summary>Filter specs in one call, at most.</summary>
    public const int MaxSpecs = 100;

    public static readonly ManagedType<PropertyCollector> Schema = new ManagedType<PropertyCollector>("PropertyCollector")
        .Property("filter", collector => VimValue.Of([.. collector._filters.Select(filter => filter.Reference)]))
        .Method("RetrieveProperties", Privileges.Anonymous, (collector, call) => collector.Retrieve(call))
        .Method("RetrievePropertiesEx", Privileges.Anonymous, (collector, call) => collector.RetrieveEx(call))
        .Method("ContinueRetrievePropertiesEx", Privileges.View, (collector, call) =>
            MethodResult.Of(collector.PagesOf(call.Caller).Next(
                call.Request.Required("token", VimKinds.String),
                target => collector.IsThere(target, call.Caller))))
        .Method("CancelRetrievePropertiesEx", Privileges.View, (collector, call) =>
        {
            collector.PagesOf(call.Caller).Cancel(call.Request.Required("token", VimKinds.String));
            return MethodResult.Nothing;
        })
        .Method("CreateFilter", Privileges.View, (collector, call) => collector.Of(call.Caller).CreateFilter(call))
        .Method("CreatePropertyCollector", Privileges.View, (collector, call) => collector.Create(call))
        .Method("DestroyPropertyCollector", Privileges.View, (collector, call) =>
        {
            call.Caller.Remove(collector.Of(call.Caller));
            return MethodResult.Nothing;
        })
        .Method("WaitForUpdates", Privileges.View, (collector, call) =>
            collector.Of(call.Caller).WaitAsync(call, Timeout.InfiniteTimeSpan, null))
        .Method("WaitForUpdatesEx", Privileges.View, (collector, call) => collector.Of(call.Caller).WaitExAsync(call))
        .Method("CheckForUpdates", Privileges.View, (collector, call) =>
            collector.Of(call.Caller).WaitAsync(call, TimeSpan.Zero, null))
        .Method("CancelWaitForUpdates", Privileges.View, (collector, call) =>
        {
            collector.Of(call.Caller).EndWaits(PropertyFaults.Canceled("The wait was cancelled."));
            return MethodResult.Nothing;
        });

    // A timer's longest.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(40);

    private readonly ManagedObjects _objects;
    private readonly TimeProvider _clock;
    private readonly Session? _session;
    private readonly ConditionalWeakTable<Session, RetrievePages> _pages;

    // Held while an answer is put together, by the calls of this collector only.
    private readonly Lock _gathering = new();
    private readonly Lock _lock = new();
    private readonly List<CollectorWait> _waits = [];
    private PropertyFilter[] _filters = [];
    private long _version;
    private int _pulsed;
    private bool _disposed;

    /// <summary>The well-known collector.</summary>
    /// <param name="reference">Its reference, the same for all sessions.</param>
    /// <param name="objects">The inventory.</param>
    /// <param name="clock">Ends waits.</param>
    public PropertyCollector(ManagedObjectReference reference, ManagedObjects objects, TimeProvider clock)
        : this(reference, objects, clock, null, [])
    {
    }

    private PropertyCollector(
        ManagedObjectReference reference,
        ManagedObjects objects,
        TimeProvider clock,
        Session? session,
        ConditionalWeakTable<Session, RetrievePages> pages)
        : base(reference)
    {
        _objects = objects;
        _clock = clock;
        _session = session;
        _pages = pages;
    }

    public override ManagedType Type => Schema;

    /// <summary>Says that a filter has something to report. Quick, and on any thread.</summary>
    public void Pulse()
    {
        // A wait is registered before it looks for updates, so none is missed by not waking anybody here.
        Interlocked.MemoryBarrier();
        if (_waits.Count > 0 && Interlocked.Exchange(ref _pulsed, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _pulsed, 0);
        try
        {
            Answer(reset: false);
        }
        catch (Exception e)
        {
            // Nobody else is on this thread: those who wait are told, not the process.
            EndWaits(new VimFaultException(new SystemError { Reason = e.Message }, "Updates could not be collected."));
        }
    }

    /// <summary>Drops a filter that is disposed.</summary>
    /// <param name="filter">The filter.</param>
    public void Forget(PropertyFilter filter)
    {
        lock (_lock)
            _filters = [.. _filters.Where(other => other != filter)];
    }

    public void Dispose()
    {
        PropertyFilter[] filters;
        lock (_lock)
        {
            _disposed = true;
            filters = _filters;
        }

        foreach (var filter in filters)
            _session?.Remove(filter);
        EndWaits(_session?.Ended.IsCancellationRequested == true
            ? PropertyFaults.NotAuthenticated(Reference)
            : PropertyFaults.Canceled("The collector was destroyed."));
    }

    /// <summary>The collector that a caller means by this one.</summary>
    private PropertyCollector Of(Session caller)
    {
        if (_session is not null)
            return this;
        lock (_lock)
        {
            if (caller.Find(Reference) is PropertyCollector own)
                return own;
            own = new PropertyCollector(Reference, _objects, _clock, caller, _pages);
            Add(caller, own);
            return own;
        }
    }

    private RetrievePages PagesOf(Session caller) => _pages.GetValue(caller, static _ => new RetrievePages());

    private bool IsThere(ManagedObject target, Session caller) =>
        (target.Ordinal < 0 ? caller.Find(target.Reference) : _objects.At(target.Ordinal)) == target;

    private MethodResult Retrieve(MethodCall call)
    {
        var objects = Select(call);
        return MethodResult.Of<ObjectContent>(new LazyList<ObjectContent>(objects.Count, i => objects[i].Content()));
    }

    private MethodResult RetrieveEx(MethodCall call)
    {
        var size = call.Request.Optional("options", VimKinds.Object<RetrieveOptions>())?.MaxObjects;
        if (size < 1)
            throw Fault.InvalidArgument("options.maxObjects", "It must be positive.");
        var objects = Select(call);
        var pages = call.Session is { } session ? PagesOf(session) : new RetrievePages();
        return MethodResult.Of(pages.First(objects, size));
    }

    private List<PlannedObject> Select(MethodCall call)
    {
        var specs = call.Request.List("specSet", VimKinds.Object<PropertyFilterSpec>());
        if (specs.Count > MaxSpecs)
            throw Fault.InvalidArgument("specSet", $"A call has {MaxSpecs} at most.");
        var all = new List<PlannedObject>();
        foreach (var spec in specs)
        {
            var plan = new FilterPlan(spec);
            if (call.Session is null && plan.FirstPrivate(_objects.Find) is { } hidden)
                throw PropertyFaults.NotAuthenticated(hidden);
            var walk = Walk.Run(plan.Starts, plan.Traversals, Find, target => plan.For(target.Type).Matches);
            if (!plan.ReportMissing && walk.Missing.Count > 0)
                throw Fault.NotFound(walk.Missing[0]);
            plan.Check(walk.Reported);
            all.AddRange(walk.Reported.Select(target => new PlannedObject(target, plan.For(target.Type))));
        }

        return all;

        ManagedObject? Find(ManagedObjectReference reference) => call.Session?.Find(reference) ?? _objects.Find(reference);
    }

    private MethodResult CreateFilter(MethodCall call)
    {
        var spec = call.Request.Required("spec", VimKinds.Object<PropertyFilterSpec>());
        var filter = new PropertyFilter(
            call.Caller.NewReference("PropertyFilter"),
            this,
            _objects,
            call.Caller,
            spec,
            call.Request.Optional("partialUpdates", VimKinds.Boolean));
        filter.Begin();
        bool late;
        lock (_lock)
        {
            late = _disposed;
            if (!late)
                _filters = [.. _filters, filter];
        }

        if (late)
        {
            filter.Dispose();
            throw Fault.NotFound(Reference);
        }

        try
        {
            Add(call.Caller, filter);
        }
        catch
        {
            filter.Dispose();
            throw;
        }

        Pulse();
        return filter.Reference;
    }

    private MethodResult Create(MethodCall call)
    {
        var created = new PropertyCollector(call.Caller.NewReference("PropertyCollector"), _objects, _clock, call.Caller, _pages);
        Add(call.Caller, created);
        return created.Reference;
    }

    private static void Add(Session caller, ManagedObject added)
    {
        try
        {
            caller.Add(added);
        }
        catch (InvalidOperationException e)
        {
            throw PropertyFaults.TooMany(e.Message);
        }
    }

    private ValueTask<MethodResult> WaitExAsync(MethodCall call)
    {
        var options = call.Request.Optional("options", VimKinds.Object<WaitOptions>());
        if (options?.MaxWaitSeconds < 0)
            throw Fault.InvalidArgument("options.maxWaitSeconds", "It must not be negative.");
        if (options?.MaxObjectUpdates < 1)
            throw Fault.InvalidArgument("options.maxObjectUpdates", "It must be positive.");
        var longest = options?.MaxWaitSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;
        return WaitAsync(call, longest < LongestWait ? longest : LongestWait, options?.MaxObjectUpdates);
    }

    private async ValueTask<MethodResult> WaitAsync(MethodCall call, TimeSpan longest, int? maxUpdates)
    {
        var version = call.Request.Optional("version", VimKinds.String) ?? "";
        var wait = new CollectorWait(maxUpdates);
        lock (_lock)
        {
            if (_disposed)
                throw PropertyFaults.Canceled("The collector was destroyed.");
            if (version.Length > 0 && version != _version.ToString(CultureInfo.InvariantCulture))
                throw PropertyFaults.InvalidVersion(version);
            _waits.Add(wait);
        }

        try
        {
            Answer(reset: version.Length == 0);
        }
        catch
        {
            Take(wait);
            throw;
        }

        if (longest == TimeSpan.Zero)
            End(wait);
        if (wait.Task.IsCompleted)
            return MethodResult.Of(await wait.Task.ConfigureAwait(false));

        await using var timer = _clock.CreateTimer(_ => End(wait), null, longest, Timeout.InfiniteTimeSpan);
        using var gone = call.Cancellation.UnsafeRegister(
            static (state, token) =>
            {
                var (collector, wait) = ((PropertyCollector, CollectorWait))state!;
                if (collector.Take(wait))
                    wait.TrySetCanceled(token);
            },
            (this, wait));
        return MethodResult.Of(await wait.Task.ConfigureAwait(false));
    }

    /// <summary>Ends a wait with nothing, unless it was answered.</summary>
    private void End(CollectorWait wait)
    {
        if (Take(wait))
            wait.TrySetResult(null);
    }

    private bool Take(CollectorWait wait)
    {
        lock (_lock)
            return _waits.Remove(wait);
    }

    private void EndWaits(VimFaultException fault)
    {
        CollectorWait[] waits;
        lock (_lock)
        {
            waits = [.. _waits];
            _waits.Clear();
        }

        foreach (var wait in waits)
            wait.TrySetException(fault);
    }

    /// <summary>
    /// Answers all waits if there is anything to say: threads of one client that share a collector get the same answer, and
    /// with it the same version.
    /// </summary>
    private void Answer(bool reset)
    {
        lock (_gathering)
        {
            CollectorWait[] waits;
            PropertyFilter[] filters;
            lock (_lock)
            {
                waits = [.. _waits];
                filters = _filters;
            }

            if (reset)
            {
                foreach (var filter in filters)
                    filter.Reset();
            }

            if (waits.Length == 0)
                return;
            var room = new AnswerRoom(waits.Min(wait => wait.MaxUpdates));
            var truncated = false;
            var updates = new List<PropertyFilterUpdate>();
            foreach (var filter in filters)
            {
                if (room.IsUsed)
                {
                    truncated |= filter.IsPending;
                    continue;
                }

                if (filter.Gather(room, out var more) is { } update)
                    updates.Add(update);
                truncated |= more;
            }

            if (updates.Count == 0)
                return;
            var set = new UpdateSet { FilterSet = updates, Truncated = truncated ? true : null };
            lock (_lock)
            {
                set.Version = (++_version).ToString(CultureInfo.InvariantCulture);
                _waits.RemoveAll(wait => waits.Contains(wait));
            }

            foreach (var wait in waits)
                wait.TrySetResult(set);
        }
    }
}
