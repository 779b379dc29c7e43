using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>A property of managed objects.</summary>
/// <param name="Name">Name on the wire.</param>
/// <param name="Get">Its value in an object; null while unset.</param>
/// <param name="IsUnset">Whether it never has a value here.</param>
public sealed record ManagedProperty(string Name, Func<ManagedObject, VimValue?> Get, bool IsUnset = false);
