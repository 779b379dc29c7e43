using System.Collections.Concurrent;
using System.Globalization;
using Portside.Configuration;

namespace Portside.Serve;

/// <summary>Writes log events, one line each, from a thread of its own.</summary>
/// <remarks>
/// Whoever logs never waits: a journal or a pipe that does not read must not stop a console. What does not fit into
/// the queue meanwhile is dropped, and the number of dropped events is written as soon as there is room.
/// </remarks>
internal sealed class EventLog : ILoggerProvider
{
    private const int MaxWaiting = 8192;

    private static readonly TimeSpan TellDroppedEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    private readonly TextWriter _writer;
    private readonly EventFormat _format;
    private readonly bool _isJournal;
    private readonly TimeProvider _time;
    private readonly BlockingCollection<string> _waiting = new(MaxWaiting);
    private readonly Thread _thread;
    private long _dropped;
    private long _toldDropped;
    private volatile int _level;

    /// <summary>A log that writes at once.</summary>
    /// <param name="writer">Where the lines go; the caller disposes it.</param>
    /// <param name="options">Which events, and how.</param>
    /// <param name="isJournal">Whether systemd's journal reads the lines.</param>
    /// <param name="time">The clock.</param>
    public EventLog(TextWriter writer, DiagnosticsOptions options, bool isJournal, TimeProvider time)
    {
        (_writer, _format, _isJournal, _time) = (writer, options.Format, isJournal, time);
        _level = (int)options.Level;
        _thread = new Thread(Write) { IsBackground = true, Name = "events" };
        _thread.Start();
    }

    /// <summary>Least important event that is written; may change at any time.</summary>
    public LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }

    /// <summary>Whether an event is wanted: ours from <see cref="Level"/> on, the framework's only if something is wrong.</summary>
    /// <param name="category">Which part speaks.</param>
    /// <param name="level">How important it is.</param>
    /// <returns>True when it is to be written.</returns>
    public bool Wants(string? category, LogLevel level) =>
        level >= Level
        && (category?.StartsWith("Portside", StringComparison.Ordinal) == true
            || Level == LogLevel.Trace
            // The host's own errors are those of our start, which is reported in our words.
            || (level >= LogLevel.Warning && category?.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal) != true));

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    /// <summary>Writes what waits, for a moment at most.</summary>
    public void Dispose()
    {
        if (_waiting.IsAddingCompleted)
            return;
        _waiting.CompleteAdding();
        _thread.Join(FarewellLimit);
    }

    private void Write()
    {
        try
        {
            foreach (var line in _waiting.GetConsumingEnumerable())
            {
                if (Volatile.Read(ref _dropped) > 0 && _time.GetElapsedTime(_toldDropped) >= TellDroppedEvery)
                {
                    _toldDropped = _time.GetTimestamp();
                    _writer.WriteLine(Line(Lost(Interlocked.Exchange(ref _dropped, 0))));
                }

                _writer.WriteLine(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads any more. The consoles go on; there is nobody to tell.
        }
    }

    private EventText Lost(long count) => new(
        _time.GetUtcNow(), LogLevel.Warning, new EventId(2000, "EventsDropped"), "Portside.Events",
        string.Create(CultureInfo.InvariantCulture, $"{count} events were dropped: the log was not read fast enough"),
        [new("Count", count)], null);

    private string Line(EventText text) => text.ToLine(_format, _isJournal);

    private void Add(EventText text)
    {
        try
        {
            if (!_waiting.TryAdd(Line(text)))
                Interlocked.Increment(ref _dropped);
        }
        catch (InvalidOperationException)
        {
            // The program ends.
        }
    }

    private sealed class Category(EventLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && log.Wants(name, logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Add(new EventText(
                    log._time.GetUtcNow(), logLevel, eventId, name, formatter(state, exception),
                    state as IReadOnlyList<KeyValuePair<string, object?>> ?? [], exception));
            }
        }
    }
}
