using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A managed object with a name and a place in the tree.</summary>
/// <param name="inventory">The inventory it is in.</param>
/// <param name="reference">Its reference.</param>
/// <param name="name">Its name.</param>
/// <param name="parent">Above it; null for the root.</param>
public abstract class ManagedEntity(HostInventory inventory, ManagedObjectReference reference, string name, ManagedEntity? parent)
    : ManagedObject(reference)
{
    /// <summary>What every entity has.</summary>
    public static ManagedType EntityType { get; } = new ManagedType<ManagedEntity>("ManagedEntity")
        .Property("name", static o => VimValue.Of(o.Name))
        .Property("parent", static o => o.Parent is { } parent ? VimValue.Of(parent.Reference) : null)
        .Property("overallStatus", static _ => Green)
        .Property("configStatus", static _ => Green)
        .Property("alarmActionsEnabled", static _ => new VimValue(VimKinds.Boolean, false, true))
        .Property("effectiveRole", static _ => new VimValue(VimKinds.Int, true, (int[])[-1]))
        .Property("recentTask", static o => VimValue.Of(o.Inventory.Tasks.RecentOf(o)))
        .Unset(
            "availableField", "configIssue", "customValue", "declaredAlarmState", "disabledMethod", "permission", "tag",
            "triggeredAlarmState", "value");

    private string _name = name;
    private ManagedEntity? _parent = parent;

    /// <summary>Its name.</summary>
    public string Name
    {
        get => Volatile.Read(ref _name);
        internal set
        {
            Volatile.Write(ref _name, value);
            Inventory.Objects.Tell(this, "name");
        }
    }

    /// <summary>Above it; null for the root.</summary>
    public ManagedEntity? Parent
    {
        get => Volatile.Read(ref _parent);
        internal set
        {
            Volatile.Write(ref _parent, value);
            Inventory.Objects.Tell(this, "parent");
        }
    }

    /// <summary>The inventory it is in.</summary>
    public HostInventory Inventory { get; } = inventory;

    /// <summary>Its way from the root, without the root: <c>DC0/vm/db1</c>; a slash in a name is written <c>%2f</c>.</summary>
    public string Path
    {
        get
        {
            var name = Name.Replace("/", "%2f", StringComparison.Ordinal);
            return Parent is { Parent: not null } parent ? $"{parent.Path}/{name}" : name;
        }
    }

    /// <summary>The entities directly below it, as inventory paths see them.</summary>
    internal virtual IEnumerable<ManagedEntity> Below => [];

    private protected static VimValue Green { get; } = new(VimKinds.Enumeration("ManagedEntityStatus"), false, "green");
}
