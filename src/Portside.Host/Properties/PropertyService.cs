using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.VSphere.Contracts;

namespace Portside.Host.Properties;

/// <summary>Everything about properties that a server needs: the well-known collector, views, and <c>Fetch</c>.</summary>
public sealed class PropertyService : IPropertyService
{
    /// <summary>Adds the property collector and the view manager to an inventory.</summary>
    /// <param name="objects">The inventory.</param>
    /// <param name="content">The well-known objects; <see cref="ServiceContent.ViewManager"/> is set if it is not.</param>
    /// <param name="time">The clock.</param>
    public PropertyService(ManagedObjects objects, ServiceContent content, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(content);
        content.ViewManager ??= new("ViewManager", "ViewManager");
        objects.Add(new PropertyCollector(content.PropertyCollector, objects, time));
        objects.Add(new ViewManager(content.ViewManager, objects));
    }

    /// <inheritdoc/>
    public void Begin(Session session)
    {
        // A session's collector is made by the first call that needs one: many logins make none.
    }

    /// <inheritdoc/>
    public ValueTask<MethodResult> FetchAsync(ManagedObject target, MethodCall call) => new(PropertyFetch.Fetch(target, call));
}
