using Portside.Concentrator.Links;
using Portside.Concentrator.Remotes;

namespace Portside.Concentrator.Ports;

/// <content>Remote systems that are reached, or waited for, on behalf of the port.</content>
public sealed partial class Port
{
    private Remote[] _remotes = [];

    /// <summary>Held while what the port's service URI asks for is begun, so that nothing is begun twice.</summary>
    internal Lock RemotesLock { get; } = new();

    /// <summary>Whether a machine has the port, or is on its way to another host.</summary>
    internal bool IsAlive
    {
        get
        {
            lock (_lock)
                return State != PortState.Disconnected;
        }
    }

    /// <summary>The link that has the port; null for none.</summary>
    internal Link? Owner
    {
        get
        {
            lock (_lock)
                return _link;
        }
    }

    /// <summary>Whether a link has the port.</summary>
    internal bool IsHeldBy(Link link)
    {
        lock (_lock)
            return _link == link;
    }

    internal void Add(Remote remote)
    {
        lock (_lock)
            _remotes = [.. _remotes, remote];
    }

    internal void Remove(Remote remote)
    {
        lock (_lock)
            _remotes = [.. _remotes.Where(r => r != remote)];
    }

    /// <summary>The machine came or went: whoever reaches out for it looks again. Not to be called under the lock.</summary>
    internal void TellRemotes()
    {
        foreach (var remote in Volatile.Read(ref _remotes))
            remote.PortChanged();
    }
}
