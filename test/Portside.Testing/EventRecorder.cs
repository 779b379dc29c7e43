using Microsoft.Extensions.Logging;

namespace Portside.Testing;

/// <summary>A logger that keeps every event, so that a test can look at them or wait for one.</summary>
public sealed class EventRecorder : ILogger
{
    private readonly Lock _lock = new();
    private readonly List<LoggedEvent> _events = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All events so far, in order.</summary>
    public IReadOnlyList<LoggedEvent> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    /// <summary>Waits until an event was logged <paramref name="times"/> times.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="times">How often.</param>
    /// <returns>The last of them.</returns>
    public async Task<LoggedEvent> WaitForAsync(int id, int times = 1)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                var found = _events.Where(e => e.Id == id).Skip(times - 1).FirstOrDefault();
                if (found is not null)
                    return found;
                more = _more.Task;
            }

            await more.WaitAsync(TimeSpan.FromSeconds(120));
        }
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _events.Add(new LoggedEvent(eventId.Id, logLevel, formatter(state, exception)));
            more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }
}
