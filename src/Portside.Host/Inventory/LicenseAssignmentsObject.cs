using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>Which host has which licence: all have the one.</summary>
public sealed class LicenseAssignmentsObject : ManagedObject
{
    private readonly HostInventory _inventory;

    internal LicenseAssignmentsObject(HostInventory inventory)
        : base(new ManagedObjectReference("LicenseAssignmentManager", "LicenseAssignmentManager")) => _inventory = inventory;

    /// <summary>Properties and methods.</summary>
    public static ManagedType AssignmentType { get; } = new ManagedType<LicenseAssignmentsObject>("LicenseAssignmentManager")
        .Method("QueryAssignedLicenses", Privileges.Read, static (o, call) => o.Query(call.Request.Optional("entityId", VimKinds.String)));

    /// <inheritdoc/>
    public override ManagedType Type => AssignmentType;

    private MethodResult Query(string? entity) => MethodResult.Of(_inventory.Hosts
        .Where(host => entity is null || host.Reference.Value == entity)
        .Select(host => new LicenseAssignmentManagerLicenseAssignment
        {
            EntityId = host.Reference.Value,
            EntityDisplayName = host.Name,
            AssignedLicense = _inventory.Licenses.License,
        }));
}
