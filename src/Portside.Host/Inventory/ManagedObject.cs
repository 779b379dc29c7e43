using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Something that vSphere's clients see by a reference: properties to read, methods to call.</summary>
/// <param name="reference">Its reference.</param>
/// <remarks>
/// State is made of immutable values that are swapped, so that a property can be read by any thread without a lock; who
/// changes it does so under its own lock and then tells <see cref="ManagedObjects.Tell"/> which property changed.
/// </remarks>
public abstract class ManagedObject(ManagedObjectReference reference)
{
    /// <summary>Its type.</summary>
    public abstract ManagedType Type { get; }

    /// <summary>Its reference.</summary>
    public ManagedObjectReference Reference { get; } = reference;

    /// <summary>A number of its own in its inventory, from 0 and dense, for sets of objects; −1 for a session's own.</summary>
    public int Ordinal { get; internal set; } = -1;

    /// <summary>As logs write it.</summary>
    /// <returns>The reference.</returns>
    public override string ToString() => Reference.ToString();
}
