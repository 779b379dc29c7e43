using System.Collections.Concurrent;
using System.Net;
using Portside.Concentrator.Guarding;

namespace Portside.Concentrator.Tests.Guarding;

/// <summary>An inventory that a test writes: which machine runs at which address.</summary>
internal sealed class KnownMachines(GuardMode mode) : ILinkGuard
{
    private readonly ConcurrentDictionary<string, IPAddress> _machines = new();
    private volatile bool _isRead = true;

    public GuardMode Mode { get; set; } = mode;

    /// <summary>Whether anything can be said of anybody.</summary>
    public bool IsRead
    {
        get => _isRead;
        set => _isRead = value;
    }

    /// <summary>Where a machine runs; null for nowhere.</summary>
    public IPAddress? this[string uuid]
    {
        set
        {
            if (value is null)
                _machines.TryRemove(uuid, out _);
            else
                _machines[uuid] = value;
        }
    }

    public GuardVerdict Judge(LinkClaim claim) =>
        !IsRead ? new(GuardAnswer.Unknown, "not-read", "nothing is known of machines")
        : !_machines.TryGetValue(claim.Uuid, out var address) ? new(GuardAnswer.Differs, "unknown-uuid", "there is no such machine")
        : address.Equals(claim.Source) ? GuardVerdict.Agrees
        : new(GuardAnswer.Differs, "other-host", $"it runs at {address}");
}
