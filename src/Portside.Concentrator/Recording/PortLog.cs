using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Recording;

/// <summary>One port's log: everything its recording says, in files, from the first byte.</summary>
/// <remarks>
/// <para>A file holds the machine's bytes and nothing else, with one exception: where bytes were lost to a full, failing
/// or slow disk it says so in their place, on a line of its own:
/// <c>[-- Portside: 12345 bytes lost here: No space left on device -- 2026-01-02T03:04:05Z --]</c>.</para>
/// <para>Any thread may call. Whoever opened it disposes it when the port is forgotten; its files stay.</para>
/// </remarks>
public sealed class PortLog : IAsyncDisposable
{
    // Unread bytes that are worth a write of their own before the delay is over; few enough to be still in a cache then.
    private const int UrgentBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly LogStore _store;
    private readonly LogWriter _writer;
    private readonly long _urgentBytes;
    private TaskCompletionSource? _room;
    private int _ready;
    private int _queued;
    private int _urgent;
    private bool _failing;
    private long _dropped;
    private bool _disposed;

    internal PortLog(LogStore store, LogWriter writer, LogFiles files, PortRecording recording, bool enabled)
    {
        (_store, _writer, Files, Recording) = (store, writer, files, recording);
        _urgentBytes = Math.Min(UrgentBytes, recording.LagBytes / 4);
        if (!enabled)
            return;
        Reader = recording.AddPacer(Wake);
        Begin(Reader);
    }

    /// <summary>Whose log this is.</summary>
    public PortId Id => Files.Id;

    /// <summary>Bytes of this port that never reached its file since it was opened.</summary>
    public long BytesDropped => Volatile.Read(ref _dropped);

    internal LogFiles Files { get; }

    internal PortRecording Recording { get; }

    /// <summary>Null where ports are not logged.</summary>
    internal RecordingReader? Reader { get; }

    /// <summary>Why bytes were or will be lost since the log was last up to date; null when none.</summary>
    internal string? Lost { get; set; }

    /// <summary>Whether it waits for the next attempt.</summary>
    internal bool Failing
    {
        get => Volatile.Read(ref _failing);
        set => Volatile.Write(ref _failing, value);
    }

    /// <summary>Whether it was disposed: what its recording says now is not its own any more. The log writer's alone.</summary>
    internal bool Forgotten { get; set; }

    /// <summary>Waits until <paramref name="incoming"/> more bytes may be appended without the log losing any.</summary>
    /// <param name="incoming">Bytes about to be appended.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// Completes at once unless <see cref="PortRecording.IsAheadOfPacer"/>; else when the disk has caught up enough, or
    /// after <see cref="LogOptions.StallLimit"/>. After that the log is lossy, and never waited for, until it caught up.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask WaitForRoomAsync(int incoming, CancellationToken cancellationToken) =>
        Recording.IsAheadOfPacer(incoming) ? new ValueTask(WaitAsync(incoming, cancellationToken)) : default;

    /// <summary>Reads the log, beginning with its files of earlier runs.</summary>
    /// <param name="range">Which part.</param>
    /// <returns>The bytes; the caller disposes.</returns>
    public LogStream OpenRead(LogRange range) => _store.OpenRead(Id, range);

    /// <summary>The file being written; it may not exist yet.</summary>
    public string FilePath => Files.CurrentPath;

    /// <summary>When the file last grew, in this run or an earlier one, UTC; null when there is none.</summary>
    public DateTimeOffset? LastWrittenAt => File.Exists(Files.CurrentPath)
        ? new DateTimeOffset(File.GetLastWriteTimeUtc(Files.CurrentPath))
        : null;

    /// <summary>Bytes kept in all its files. Looks at the disk.</summary>
    /// <returns>The sum.</returns>
    public long MeasureBytes() => Files.MeasureBytes();

    /// <summary>Completes when everything appended before the call is in the file, or the disk refused it.</summary>
    /// <param name="cancellationToken">Ends the wait, not the writing.</param>
    /// <returns>The task.</returns>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        Reader is null ? Task.CompletedTask : _writer.AskAsync(LogRequestKind.Flush, this).WaitAsync(cancellationToken);

    /// <summary>Writes what is left and stops listening to the recording.</summary>
    /// <returns>Completes when it is written, or the disk refused it.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        if (Reader is not null)
        {
            Recording.Remove(Reader);
            await _writer.AskAsync(LogRequestKind.Forget, this);
        }

        _store.Closed(this);
    }

    internal void CountDropped(long bytes) => Volatile.Write(ref _dropped, _dropped + bytes);

    /// <summary>Takes a place in the queue of urgent logs.</summary>
    /// <returns>False when it has one.</returns>
    internal bool EnterUrgent() => Interlocked.Exchange(ref _urgent, 1) == 0;

    internal void LeftUrgent() => Interlocked.Exchange(ref _urgent, 0);

    // The exchange is a full fence: either the writer sees the bytes, or their appender sees that it left the queue.
    internal void LeftQueue() => Interlocked.Exchange(ref _queued, 0);

    /// <summary>Lets a link go on that waits for room, once there is enough to be worth it.</summary>
    internal void MadeRoom()
    {
        if (Volatile.Read(ref _room) is null)
            return;
        if (!Reader!.Lossy && Recording.End - Reader.Position > Recording.LagBytes / 2)
            return;
        TaskCompletionSource? room;
        lock (_lock)
            (room, _room) = (_room, null);
        room?.SetResult();
    }

    private void Begin(RecordingReader reader)
    {
        // Either who appends meanwhile sees this, or their bytes are seen here.
        Interlocked.Exchange(ref _ready, 1);
        if (!reader.AtEnd)
            Wake();
    }

    private void Wake()
    {
        if (Volatile.Read(ref _ready) == 0)
            return;
        if (Interlocked.Exchange(ref _queued, 1) == 0)
            _writer.Enqueue(this);
        if ((Files.Followed || Recording.End - Reader!.Position >= _urgentBytes) && EnterUrgent())
            _writer.EnqueueUrgent(this);
    }

    private async Task WaitAsync(int incoming, CancellationToken cancellationToken)
    {
        var time = _store.Time;
        var limit = _store.Options.StallLimit;
        var began = time.GetTimestamp();
        do
        {
            Task room;
            lock (_lock)
                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            // Room may have been made just before anybody waited for it.
            if (!Recording.IsAheadOfPacer(incoming))
                return;
            if (EnterUrgent())
                _writer.EnqueueUrgent(this);
            var left = limit - time.GetElapsedTime(began);
            try
            {
                await room.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                BecomeLossy();
                return;
            }
        }
        while (Recording.IsAheadOfPacer(incoming));
    }

    private void BecomeLossy()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            // In this order, and once more through the queue: the writer that catches up ends both.
            _store.Trouble.Begin(this, LogTrouble.TooSlow, Files.CurrentPath);
            Reader!.Lossy = true;
        }

        if (EnterUrgent())
            _writer.EnqueueUrgent(this);
    }
}
