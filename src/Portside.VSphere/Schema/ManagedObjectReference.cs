namespace Portside.VSphere.Schema;

/// <summary>Names a managed object: its type and an id that means nothing outside its server.</summary>
/// <param name="Type">Type name, such as <c>VirtualMachine</c>.</param>
/// <param name="Value">Id, such as <c>vm-101</c>.</param>
public sealed record ManagedObjectReference(string Type, string Value)
{
    /// <summary>As logs and people write it: <c>VirtualMachine:vm-101</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Type}:{Value}";
}
