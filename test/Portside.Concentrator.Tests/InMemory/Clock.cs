using Microsoft.Extensions.Time.Testing;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>A clock that stands still until it is told to go on, and that tells who waits for it.</summary>
internal sealed class Clock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _timers = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        TaskCompletionSource more;
        lock (_lock)
        {
            _timers.Add(dueTime);
            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
        return timer;
    }

    /// <summary>Waits until somebody waits that long, then lets the time pass.</summary>
    public async Task PassAsync(TimeSpan due)
    {
        await AwaitedAsync(due);
        Advance(due);
    }

    /// <summary>Completes when somebody waits that long. Each such wait counts once.</summary>
    public async Task AwaitedAsync(TimeSpan due)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_timers.Remove(due))
                    return;
                more = _more.Task;
            }

            await more.WaitAsync(Patience.Limit);
        }
    }
}
