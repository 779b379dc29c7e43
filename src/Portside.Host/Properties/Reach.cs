using Portside.Host.Inventory;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary>The objects that a selection reaches at one moment. Never changed.</summary>
/// <param name="Reported">The objects that are reported, each once.</param>
/// <param name="Ordinals">Those of them that everyone has.</param>
/// <param name="Own">Those of them that are a session's own.</param>
/// <param name="Visited">Every object whose change may concern the selection.</param>
/// <param name="Missing">Starts that are gone.</param>
internal sealed record Reach(
    IReadOnlyList<ManagedObject> Reported,
    OrdinalSet Ordinals,
    IReadOnlyCollection<ManagedObject> Own,
    OrdinalSet Visited,
    IReadOnlyList<ManagedObjectReference> Missing)
{
    /// <summary>Nothing.</summary>
    public static Reach Nothing { get; } = new([], new OrdinalSet(), [], new OrdinalSet(), []);

    /// <summary>The types of the objects that are reported.</summary>
    public IReadOnlyList<ManagedType> Types { get; } = [.. Reported.Select(target => target.Type).Distinct()];

    /// <summary>Where a walk led.</summary>
    /// <param name="walk">The walk, done.</param>
    public static Reach Of(Walk walk) => new(walk.Reported, walk.Ordinals, walk.Own, walk.Visited, walk.Missing);
}
