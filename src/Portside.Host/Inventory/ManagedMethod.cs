namespace Portside.Host.Inventory;

/// <summary>A method of managed objects.</summary>
/// <param name="Name">Name on the wire.</param>
/// <param name="Privilege">What the caller needs; see <see cref="Privileges"/>.</param>
/// <param name="Run">What it does.</param>
public sealed record ManagedMethod(string Name, string Privilege, Func<ManagedObject, MethodCall, ValueTask<MethodResult>> Run);
