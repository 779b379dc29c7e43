using Portside.VSphere.Contracts;

namespace Portside.VSphere.Client;

/// <summary>What to do about a fault.</summary>
internal static class FaultAdvice
{
    /// <summary>The advice.</summary>
    /// <param name="fault">The fault.</param>
    /// <returns>One sentence without a full stop; null where its text says all there is.</returns>
    public static string? Of(MethodFault fault) => fault switch
    {
        NotAuthenticated => "log in again: the session has ended",
        NoPermission { PrivilegeId: { Length: > 0 } privilege } lacking =>
            $"give the account the privilege {ServerText.Of(privilege)} on {ServerText.Of(lacking.Object?.ToString() ?? "the object")}, or on a folder above it",
        InvalidPowerState { ExistingState: "poweredOn" } => "switch the machine off first: serial ports are added and removed while it is off, and changed at any time",
        InvalidPowerState { ExistingState: "poweredOff" } => "switch the machine on first",
        InvalidPowerState => "resume the machine, or switch it off",
        ManagedObjectNotFound => "list the inventory again: the object is gone",
        TaskInProgress => "try again when the other task is done",
        ConcurrentAccess => "try again: somebody else changed the machine at the same time",
        TooManyDevices => "remove a serial port first: a machine has 32 at most",
        RestrictedVersion or LicenseRestricted => "give the host a licence that allows changes by the API: a free ESXi is read-only",
        RemoteDeviceNotSupported or DeviceNotSupported => "see which hosts offer network serial ports to machines of this hardware version",
        HostNotConnected or HostNotReachable or HostCommunication or InvalidHostConnectionState =>
            "try again when vCenter shows the host as connected",
        InvalidState => "see the machine's state in vSphere, and try again when it has settled",
        MethodNotFound or NotSupported => "the server is too old for it, or does not offer it",
        MissingController => "give the machine a controller for serial ports (VirtualSIOController)",
        _ => ByName(fault.TypeName),
    };

    // Types that the contracts do not have, since nothing reads their fields.
    private static string? ByName(string type) => type switch
    {
        "HostAccessRestrictedToManagingServer" => "change the machine through the vCenter that manages the host",
        "HostInLockdownMode" => "the host is in lockdown mode: use its vCenter",
        "PasswordExpired" => "change the account's password first",
        _ => null,
    };
}
