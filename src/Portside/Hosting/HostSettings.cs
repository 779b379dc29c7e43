using System.Net;
using Portside.Host.Inventory;
using Portside.Host.Seeding;

namespace Portside.Hosting;

/// <summary>What <c>portside host</c> was asked for.</summary>
internal sealed record HostSettings
{
    /// <summary>Addresses for https.</summary>
    public required IReadOnlyList<IPEndPoint> Https { get; init; }

    /// <summary>Addresses for plain http.</summary>
    public IReadOnlyList<IPEndPoint> Http { get; init; } = [];

    /// <summary>Whether it is a vCenter; else a host by itself.</summary>
    public bool IsVCenter { get; init; } = true;

    /// <summary>How many hosts a vCenter has.</summary>
    public int Hosts { get; init; } = 2;

    /// <summary>The hosts' names, if the seed has none.</summary>
    public IReadOnlyList<string> DefaultHosts => DefaultHostsOf(IsVCenter, Hosts);

    /// <summary>The hosts' names, if the seed has none.</summary>
    /// <param name="isVCenter">Whether it is a vCenter.</param>
    /// <param name="count">How many a vCenter has.</param>
    public static IReadOnlyList<string> DefaultHostsOf(bool isVCenter, int count) =>
        isVCenter ? [.. Enumerable.Range(1, count).Select(static number => $"host{number}.portside.test")] : ["localhost.localdomain"];

    /// <summary>What the inventory holds from the start.</summary>
    public HostSeed Seed { get; init; } = new();

    /// <summary>Guest of machines that name none.</summary>
    public string Guest { get; init; } = "shell";

    /// <summary>Whether guests may be programs of this computer.</summary>
    public bool AllowPrograms { get; init; }

    /// <summary>Who may log in.</summary>
    public required IReadOnlyList<HostUser> Users { get; init; }

    /// <summary>What is kept across restarts is here; null for nothing.</summary>
    public string? State { get; init; }

    /// <summary>PEM file with a certificate; null for one made.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with its key; null if it is in the same file.</summary>
    public string? Key { get; init; }

    /// <summary>Whether machines may have this computer's sockets and devices behind their ports.</summary>
    public bool AllowLocalEnds { get; init; }

    /// <summary>Bytes that a file behind a serial port may have; null for as many as a host allows by itself.</summary>
    public long? MaxFileBytes { get; init; }
}
