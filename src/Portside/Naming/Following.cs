using Portside.Api.Contracts;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Hosting;
using Portside.Configuration;

namespace Portside.Naming;

/// <summary>The vSphere that a concentrator follows, if any: another one after a reload.</summary>
/// <param name="concentrator">Whose ports are named.</param>
/// <param name="clock">For waits.</param>
/// <param name="log">Where its story goes.</param>
internal sealed class Following(ConcentratorServer concentrator, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private volatile InventoryFollower? _follower;
    private Task _ending = Task.CompletedTask;

    /// <summary>How it stands; null where none is followed.</summary>
    public VSphereDescription? Status => _follower?.Status;

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
            if (_follower is { } former)
                _ending = Task.WhenAll(_ending, former.DisposeAsync().AsTask());
            _follower = options.Url is null ? null : new InventoryFollower(options, Rename, clock, log);
        }
    }

    /// <summary>Ends it.</summary>
    /// <returns>When nothing is followed any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _follower, null) is { } follower)
            await follower.DisposeAsync();
        await _ending;
    }

    private void Rename(string uuid, string name)
    {
        foreach (var port in concentrator.Ports.All.Where(port => port.Id.Uuid == uuid))
            port.Rename(name);
    }
}
