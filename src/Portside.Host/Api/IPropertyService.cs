using Portside.Host.Inventory;

namespace Portside.Host.Api;

/// <summary>What the server leaves to those who read properties: a session's collector, and <c>Fetch</c>, which every object has.</summary>
public interface IPropertyService
{
    /// <summary>Gives a new session its own objects, such as the well-known collector.</summary>
    /// <param name="session">The session, before its first call.</param>
    void Begin(Session session);

    /// <summary>Reads one property of one object.</summary>
    /// <param name="target">The object.</param>
    /// <param name="call">The call, with its argument <c>prop</c>.</param>
    /// <returns>The value with its type; nothing while it is unset.</returns>
    ValueTask<MethodResult> FetchAsync(ManagedObject target, MethodCall call);
}
