using System.Collections.Frozen;
using Portside.Host.Inventory;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>
/// What is inside a container, for all container views that ask for the same: a list that is made again, when it is asked
/// for, after a property changed that leads from one object to another.
/// </summary>
internal sealed class Containment : IChangeListener
{
    // From where to where a view goes. Machines hang on folders, hosts and pools alike: seen from a folder they are in
    // folders only, so that a machine that moves between hosts does not touch every view of the whole inventory.
    private static readonly (string Type, string Path)[] FolderEdges =
    [
        ("Folder", "childEntity"),
        ("Datacenter", "vmFolder"),
        ("Datacenter", "hostFolder"),
        ("Datacenter", "datastoreFolder"),
        ("Datacenter", "networkFolder"),
        ("ComputeResource", "host"),
        ("ComputeResource", "resourcePool"),
        ("ResourcePool", "resourcePool"),
    ];

    private static readonly (string Type, string Path)[] ComputeEdges =
    [
        ("ComputeResource", "host"),
        ("ComputeResource", "resourcePool"),
        ("ComputeResource", "datastore"),
        ("ComputeResource", "network"),
        ("HostSystem", "vm"),
        ("HostSystem", "datastore"),
        ("HostSystem", "network"),
        ("ResourcePool", "resourcePool"),
        ("ResourcePool", "vm"),
    ];

    private static readonly FrozenSet<string> FolderPaths = FolderEdges.Select(edge => edge.Path).ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> ComputePaths = ComputeEdges.Select(edge => edge.Path).ToFrozenSet(StringComparer.Ordinal);

    private readonly ManagedObjects _objects;
    private readonly ManagedObject _container;
    private readonly Action<Containment> _unused;
    private readonly FrozenSet<string> _paths;
    private readonly WalkStart[] _starts;
    private readonly int _traversals;
    private readonly Lock _making = new();
    private readonly Lock _lock = new();
    private ContainerView[] _views = [];
    private volatile Reach _reach = Reach.Nothing;
    private IReadOnlyList<ManagedObjectReference>? _list;
    private volatile bool _isMaking;
    private volatile bool _stale = true;

    public Containment(ManagedObjects objects, ManagedObject container, ContainmentKey key, Action<Containment> unused)
    {
        _objects = objects;
        _container = container;
        _unused = unused;
        Key = key;
        var (edges, paths) = container.Type.Is("Folder") || container.Type.Is("Datacenter")
            ? (FolderEdges, FolderPaths)
            : (ComputeEdges, ComputePaths);
        _paths = paths;
        Traversal[] all = [.. edges.Select((edge, index) => new Traversal(index, edge.Type, PropertyPath.Parse(edge.Path), skip: false))];
        if (key.Recursive)
        {
            foreach (var traversal in all)
                traversal.Next = all;
        }

        _starts = [new WalkStart(container.Reference, Skip: true, all)];
        _traversals = all.Length;
    }

    /// <summary>What it is.</summary>
    public ContainmentKey Key { get; }

    /// <summary>What is inside now.</summary>
    public Reach Now
    {
        get
        {
            if (!_stale && !_isMaking)
                return _reach;
            lock (_making)
            {
                if (_stale)
                    Make();
                return _reach;
            }
        }
    }

    /// <summary>References to what is inside now.</summary>
    public IReadOnlyList<ManagedObjectReference> Objects
    {
        get
        {
            var now = Now;
            lock (_making)
            {
                // Made for the latest reach only; who holds an older one is told of the change already.
                if (now != _reach)
                    return [.. now.Reported.Select(target => target.Reference)];
                return _list ??= [.. now.Reported.Select(target => target.Reference)];
            }
        }
    }

    /// <summary>Takes a view in.</summary>
    /// <param name="view">The view.</param>
    public void Enter(ContainerView view)
    {
        lock (_lock)
            _views = [.. _views, view];
    }

    /// <summary>Takes a view out.</summary>
    /// <param name="view">The view.</param>
    public void Leave(ContainerView view)
    {
        lock (_lock)
        {
            _views = [.. _views.Where(other => other != view)];
            if (_views.Length > 0)
                return;
        }

        _unused(this);
    }

    /// <summary>Whether no view is in it.</summary>
    public bool IsUnused => Volatile.Read(ref _views).Length == 0;

    public void Changed(ManagedObject changed, string property)
    {
        if (!_stale && _paths.Contains(property) && (_isMaking || _reach.Visited.Contains(changed.Ordinal)))
            Spoil();
    }

    public void Removed(ManagedObject removed)
    {
        if (!_stale && (_isMaking || _reach.Visited.Contains(removed.Ordinal)))
            Spoil();
    }

    private void Spoil()
    {
        _stale = true;
        foreach (var view in Volatile.Read(ref _views))
            view.Tell();
    }

    private void Make()
    {
        _isMaking = true;
        _stale = false;
        Interlocked.MemoryBarrier();
        try
        {
            _reach = Reach.Of(Walk.Run(
                _starts,
                _traversals,
                _objects.Find,
                target => target != _container && (Key.Types.Count == 0 || Key.Types.Any(target.Type.Is)),
                lenient: true));
            _list = null;
            Interlocked.MemoryBarrier();
        }
        catch
        {
            _stale = true;
            throw;
        }
        finally
        {
            _isMaking = false;
        }
    }
}
