using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Guarding;

/// <summary>A link whose claim is not known to be right. The quarantine's lock guards what changes.</summary>
internal sealed class GuardCase(string key, Link link, PortId port, GuardVerdict verdict, DateTimeOffset at, long opened)
{
    private volatile TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isHeld;
    private volatile bool _isFinal;
    private volatile bool _isReleased;
    private long _dropped;

    public string Key { get; } = key;

    public Link Link { get; } = link;

    /// <summary>What it claims; for one that is served, the port it has is its link's.</summary>
    public PortId Port { get; } = port;

    public DateTimeOffset At { get; } = at;

    /// <summary>When it was opened, in the clock's ticks.</summary>
    public long Opened { get; } = opened;

    /// <summary>Since when the answer is what it is, in the clock's ticks.</summary>
    public long Since { get; set; } = opened;

    public GuardVerdict Verdict { get; set; } = verdict;

    /// <summary>It is right by itself, and another live link has the port.</summary>
    public bool IsSecond { get; set; }

    /// <summary>It owns nothing; else it is served all the same.</summary>
    public bool IsHeld
    {
        get => _isHeld;
        set => _isHeld = value;
    }

    /// <summary>Its time is over: it is told of.</summary>
    public bool IsFinal
    {
        get => _isFinal;
        set => _isFinal = value;
    }

    /// <summary>It may claim its port; its own loop does so.</summary>
    public bool IsReleased
    {
        get => _isReleased;
        set => _isReleased = value;
    }

    /// <summary>Whether it takes one of the places of those that are held and found wrong.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Nobody could judge it in time, so that it is served.</summary>
    public bool IsWaived { get; set; }

    /// <summary>Serial bytes thrown away.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Completes at the next <see cref="Tell"/>; to be taken before looking at the rest.</summary>
    public Task Changed => _signal.Task;

    public void Drop(int bytes) => Interlocked.Add(ref _dropped, bytes);

    /// <summary>Wakes the link's loop.</summary>
    public void Tell()
    {
        var signal = _signal;
        _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        signal.TrySetResult();
    }
}
