using Portside.VSphere.Contracts;

namespace Portside.Host.Api;

/// <summary>What the server says of itself.</summary>
/// <remarks>
/// Clients choose by these words which calls they make and which types they expect; with 8.0.3 announced and nothing newer than 6.5
/// ever sent, pyVmomi from 6.7 on and govc of every age are content.
/// </remarks>
public static class HostAbout
{
    /// <summary>The version announced.</summary>
    public const string ApiVersion = "8.0.3.0";

    /// <summary>What a server says of itself.</summary>
    /// <param name="isVCenter">Whether it is a vCenter's shape; a stand-alone host's otherwise.</param>
    /// <param name="instanceUuid">The server's own id; a vCenter has one.</param>
    /// <returns>The words.</returns>
    public static AboutInfo Of(bool isVCenter, Guid instanceUuid) => new()
    {
        Name = isVCenter ? "VMware vCenter Server" : "VMware ESXi",
        FullName = (isVCenter ? "VMware vCenter Server" : "VMware ESXi") + " 8.0.3 build-0 (Portside host)",
        Vendor = "Portside",
        Version = "8.0.3",
        Build = "0",
        LocaleVersion = "INTL",
        LocaleBuild = "000",
        OsType = isVCenter ? "linux-x64" : "vmnix-x86",
        ProductLineId = isVCenter ? "vpx" : "embeddedEsx",
        ApiType = isVCenter ? "VirtualCenter" : "HostAgent",
        ApiVersion = ApiVersion,
        InstanceUuid = isVCenter ? instanceUuid.ToString() : null,
        LicenseProductName = isVCenter ? "VMware VirtualCenter Server" : "VMware ESX Server",
        LicenseProductVersion = "8.0",
    };
}
