namespace Portside.Host.Guests;

/// <summary>What guests may be made of.</summary>
public sealed record GuestFactoryOptions
{
    /// <summary>
    /// Whether guests may be programs of the host (<c>command:</c>, <c>qemu:</c>) and scripts at any path; default false,
    /// for who configures a machine would run what he likes.
    /// </summary>
    public bool AllowPrograms { get; init; }

    /// <summary>
    /// Where a datastore path is in this file system, for scripts; null, the default, for a host without datastores. It
    /// answers with null for a path that names none.
    /// </summary>
    public Func<string, string?>? ResolveFile { get; init; }
}
