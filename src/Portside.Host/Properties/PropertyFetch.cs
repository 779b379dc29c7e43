using Portside.Host.Inventory;
using Portside.VSphere.Schema;

namespace Portside.Host.Properties;

/// <summary><c>Fetch</c>: one property of any object. Not in the published API, but how pyVmomi 8 and later read properties.</summary>
internal static class PropertyFetch
{
    /// <summary>The method's name.</summary>
    public const string Method = "Fetch";

    /// <summary>Reads the property that the call names.</summary>
    /// <param name="target">The object.</param>
    /// <param name="call">The call; its caller needs a session but for what everyone may read.</param>
    /// <returns>The value with its type; nothing if it is unset.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException">There is no such property, or no session.</exception>
    public static MethodResult Fetch(ManagedObject target, MethodCall call) =>
        Fetch(target, call.Request.Required("prop", VimKinds.String), call.Session is not null);

    /// <summary>Reads a property.</summary>
    /// <param name="target">The object.</param>
    /// <param name="property">Its name, or a path.</param>
    /// <param name="authenticated">Whether the caller has a session.</param>
    /// <returns>The value with its type; nothing if it is unset.</returns>
    /// <exception cref="VSphere.Soap.VimFaultException">There is no such property, or no session.</exception>
    public static MethodResult Fetch(ManagedObject target, string property, bool authenticated)
    {
        var path = PropertyPath.Parse(property);
        if (!authenticated && !IsPublic(target.Type, path))
            throw PropertyFaults.NotAuthenticated(target.Reference);
        return path.Get(target) is { } value ? new MethodResult(value, Typed: true) : MethodResult.Nothing;
    }

    /// <summary>Whether a property can be read without a session.</summary>
    /// <param name="type">Whose.</param>
    /// <param name="path">Which.</param>
    /// <returns>True for <c>ServiceInstance.content</c>, from which clients learn where to log in.</returns>
    public static bool IsPublic(ManagedType type, PropertyPath path) => type.Is("ServiceInstance") && path.Top == "content";
}
