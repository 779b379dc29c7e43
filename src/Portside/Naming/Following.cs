using Portside.Api.Contracts;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Hosting;
using Portside.Configuration;

namespace Portside.Naming;

/// <summary>The vSphere that a concentrator follows, if any: another one after a reload. It names machines and judges claims.</summary>
/// <param name="concentrator">Whose ports are named and guarded.</param>
/// <param name="options">What is configured at first; claims wait for it before it is followed.</param>
/// <param name="clock">For waits.</param>
/// <param name="log">Where its story goes.</param>
internal sealed class Following(ConcentratorServer concentrator, VSphereFollowing options, TimeProvider clock, ILogger log) : ILinkGuard, IAsyncDisposable
{
    private static readonly GuardVerdict NotRead = new(GuardAnswer.Unknown, "vsphere-not-read", "vSphere's inventory has not been read yet");

    private readonly Lock _lock = new();
    private volatile VSphereFollowing _options = options;
    private volatile InventoryFollower? _follower;
    private Task _ending = Task.CompletedTask;

    /// <summary>How it stands; null where none is followed.</summary>
    public VSphereDescription? Status => _follower?.Status;

    /// <inheritdoc />
    public GuardMode Mode => _options is { Url: not null, Guard: var guard } ? guard : GuardMode.Off;

    /// <inheritdoc />
    public GuardVerdict Judge(LinkClaim claim) => _follower?.Judge(claim) ?? NotRead;

    /// <summary>What is known of a machine.</summary>
    /// <param name="uuid">32 lower-case hex digits.</param>
    /// <returns>Null for nothing.</returns>
    public MachinePlace? Find(string uuid) =>
        _follower?.Find(uuid) is { } place && PeerText.CleanName(place.Name) is { } name ? place with { Name = name } : null;

    /// <summary>Follows what is configured now, and nothing else any more.</summary>
    /// <param name="options">The configuration.</param>
    public void Follow(VSphereFollowing options)
    {
        lock (_lock)
        {
            _options = options;
            if (_follower is { } former)
                _ending = Task.WhenAll(_ending, former.DisposeAsync().AsTask());
            _follower = options.Url is null ? null : new InventoryFollower(options, Rename, concentrator.Quarantine.LookAgain, clock, log);
        }

        concentrator.Quarantine.LookAtAll();
    }

    /// <summary>Ends it.</summary>
    /// <returns>When nothing is followed any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _follower, null) is { } follower)
            await follower.DisposeAsync();
        await _ending;
    }

    private void Rename(IReadOnlyDictionary<string, string> names)
    {
        foreach (var port in concentrator.Ports.All)
        {
            if (names.TryGetValue(port.Id.Uuid, out var name))
                port.Rename(name);
        }
    }
}
