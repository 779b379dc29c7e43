using Portside.Host.Inventory;
using Portside.VSphere.Contracts;

namespace Portside.Host.Properties;

/// <summary>An object, and what is to be read of it.</summary>
/// <param name="Target">The object.</param>
/// <param name="Plan">What is read.</param>
internal readonly record struct PlannedObject(ManagedObject Target, ObjectPlan Plan)
{
    /// <summary>Reads it.</summary>
    /// <returns>Its properties now.</returns>
    public ObjectContent Content() => Plan.Content(Target);
}
