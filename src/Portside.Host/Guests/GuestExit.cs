namespace Portside.Host.Guests;

/// <summary>Why a guest stopped by itself.</summary>
public enum GuestExit
{
    /// <summary>It switched its machine off.</summary>
    PowerOff,

    /// <summary>It restarts its machine.</summary>
    Reboot,
}
