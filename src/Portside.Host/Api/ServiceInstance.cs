using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Api;

/// <summary>What a client asks first: the server's version and its well-known objects.</summary>
/// <param name="content">The well-known objects.</param>
/// <param name="time">The clock.</param>
public sealed class ServiceInstance(ServiceContent content, TimeProvider time) : ManagedObject(WellKnown)
{
    /// <summary>Its reference, the same on every server.</summary>
    public static ManagedObjectReference WellKnown { get; } = new("ServiceInstance", "ServiceInstance");

    /// <summary>Its type.</summary>
    public static ManagedType Schema { get; } = new ManagedType<ServiceInstance>("ServiceInstance")
        .Property("serverClock", static o => new VimValue(VimKinds.DateTime, false, o.Now))
        .Unset("capability")
        .Property("content", static o => VimValue.Of(o.Content))
        .Method("RetrieveServiceContent", Privileges.Anonymous, static (o, _) => MethodResult.Of(o.Content))
        .Method("CurrentTime", Privileges.View, static (o, _) => new MethodResult(new VimValue(VimKinds.DateTime, false, o.Now)));

    /// <inheritdoc/>
    public override ManagedType Type => Schema;

    /// <summary>The well-known objects.</summary>
    public ServiceContent Content { get; } = content;

    private DateTimeOffset Now => time.GetUtcNow();
}
