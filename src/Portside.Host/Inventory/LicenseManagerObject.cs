using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Inventory;

/// <summary>The licences: one, whose features decide whether serial ports may use a concentrator.</summary>
public sealed class LicenseManagerObject : ManagedObject
{
    private readonly HostInventory _inventory;

    internal LicenseManagerObject(HostInventory inventory)
        : base(new ManagedObjectReference("LicenseManager", inventory.IsVCenter ? "LicenseManager" : "ha-license-manager")) =>
        _inventory = inventory;

    /// <summary>Properties and methods.</summary>
    public static ManagedType LicenseType { get; } = new ManagedType<LicenseManagerObject>("LicenseManager")
        .Property("licenses", static o => VimValue.Of<LicenseManagerLicenseInfo>([o.License]))
        .Property("licensedEdition", static o => VimValue.Of(o.License.EditionKey))
        .Property("licenseAssignmentManager", static o => VimValue.Of(o._inventory.LicenseAssignments.Reference))
        .Unset("diagnostics", "evaluation", "featureInfo", "source", "sourceAvailable");

    /// <inheritdoc/>
    public override ManagedType Type => LicenseType;

    /// <summary>The licence.</summary>
    internal LicenseManagerLicenseInfo License => new()
    {
        LicenseKey = "00000-00000-00000-00000-00000",
        EditionKey = _inventory.IsConcentratorLicensed ? "esx.enterprisePlus.cpuPackage" : "esx.standard.cpuPackage",
        Name = _inventory.IsConcentratorLicensed ? "vSphere Enterprise Plus" : "vSphere Standard",
        CostUnit = "cpuPackage",
        Properties =
        [
            .. Features().Select(feature => new KeyAnyValue
            {
                Key = "feature",
                Value = VimValue.Of(new KeyValue { Key = feature.Key, Value = feature.Text }),
            }),
        ],
    };

    private IEnumerable<(string Key, string Text)> Features()
    {
        yield return ("vmotion", "vMotion");
        if (_inventory.IsConcentratorLicensed)
            yield return ("vsmp.remoteconcentrator", "Remote virtual Serial Port Concentrator");
    }
}
