using Portside.Concentrator.Guarding;

namespace Portside.Configuration;

/// <summary>The vSphere whose names, power states and hosts are shown with the ports; none unless an address is given.</summary>
internal sealed class VSphereFollowing
{
    /// <summary>The API of a vCenter or ESXi; null for none.</summary>
    public string? Url { get; set; }

    /// <summary>Who logs in; reading is enough.</summary>
    public string? User { get; set; }

    /// <summary>File with the password.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The certificate that is believed alone; null for authorities.</summary>
    public string? Thumbprint { get; set; }

    /// <summary>What follows when a link is not the machine it claims to be, by this vSphere.</summary>
    public GuardMode Guard { get; set; }

    /// <summary>PEM file with the authorities that are believed; null for the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>What is configured at this moment, whatever a reload makes of it.</summary>
    /// <returns>A copy.</returns>
    public VSphereFollowing Copy() => (VSphereFollowing)MemberwiseClone();
}
