using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Properties;

/// <summary>Faults of collectors and views.</summary>
internal static class PropertyFaults
{
    public static VimFaultException NotAPath(string text)
    {
        var shown = text.Length <= 100 ? text : text[..100] + "…";
        return new(new InvalidProperty { Name = shown }, $"'{shown}' is no path to a property.");
    }

    public static VimFaultException NotAuthenticated(ManagedObjectReference target) => new(
        new NotAuthenticated { Object = target, PrivilegeId = Inventory.Privileges.View },
        "The session is not authenticated.");

    public static VimFaultException Canceled(string text) => new(new RequestCanceled(), text);

    public static VimFaultException InvalidVersion(string version) => new(
        new InvalidCollectorVersion(),
        $"'{version}' is not the version that the collector gave out last; begin again with an empty one.");

    public static VimFaultException TooMany(string text) => new(new InsufficientResourcesFault(), text);
}
