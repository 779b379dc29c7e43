namespace Portside.Host.Inventory;

/// <summary>Somebody who may log in.</summary>
/// <param name="Name">User name, compared without case as vSphere does.</param>
/// <param name="Password">Password.</param>
/// <param name="ReadOnly">Whether only to look: <c>System.View</c> and <c>System.Read</c>.</param>
public sealed record HostUser(string Name, string Password, bool ReadOnly = false)
{
    /// <summary>Whether a privilege is among this user's.</summary>
    /// <param name="privilege">VMware's name of it.</param>
    /// <returns>True for every privilege unless read-only.</returns>
    public bool Has(string privilege) => !ReadOnly || privilege is Privileges.Anonymous or Privileges.View or Privileges.Read;
}
