using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Hosting;

namespace Portside.Concentrator.Recording;

/// <summary>
/// The one thread that writes the logs of all ports, so that a disk that stalls stalls nobody else.
/// </summary>
/// <remarks>
/// <para>A port with news puts itself into a queue, once, and the queue is served after <see cref="WriteDelay"/>: what
/// comes meanwhile goes to the disk in one piece, and a key press wakes no second thread. A port with much news, or
/// one that somebody follows, is served at once.</para>
/// <para>A port whose file failed waits for the next attempt, which comes after a growing while for all such ports
/// together. Its bytes stay in its recording, as long as there is room, so a short trouble loses nothing.</para>
/// </remarks>
#pragma warning disable CA1001 // EndAsync disposes the timers; the semaphore is signalled by ports to the last, and has nothing to give back.
internal sealed partial class LogWriter
#pragma warning restore CA1001
{
    /// <summary>How long news may wait for more of it.</summary>
    internal static readonly TimeSpan WriteDelay = TimeSpan.FromMilliseconds(100);

    internal static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    private const int ChunkBytes = 256 * 1024;
    private const int LongestMark = 512;

    // One port's share before it is the next one's turn.
    private const int ChunksAtOnce = 4;

    private readonly LogOptions _options;
    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly LogTrouble _trouble;
    private readonly ILogger _logger;
    private readonly OpenLogFiles _open;
    private readonly Thread _thread;
    private readonly ConcurrentQueue<PortLog> _dirty = new();
    private readonly ConcurrentQueue<PortLog> _urgent = new();
    private readonly ConcurrentQueue<LogRequest> _requests = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly ITimer _delay;
    private readonly ITimer _retry;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestMark + ChunkBytes);
    private List<PortLog> _failing = [];
    private TimeSpan _nextRetry = FirstRetry;
    private bool _retryArmed;
    private int _delayArmed;
    private int _signalled;
    private int _delayOver;
    private int _retryOver;
    private long _written;
    private LogAppender? _indexTroubled;
    private bool _directoryFailing;
    private volatile bool _ended;

    internal LogWriter(LogOptions options, int mostOpenFiles, string directory, TimeProvider time, LogTrouble trouble, ILogger logger)
    {
        (_options, _directory, _time, _trouble, _logger) = (options, directory, time, trouble, logger);
        _open = new OpenLogFiles(options, mostOpenFiles);
        _delay = time.CreateTimer(static s => ((LogWriter)s!).DelayOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _retry = time.CreateTimer(static s => ((LogWriter)s!).RetryOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // An operator should hear of a bad directory now, not when the first machine speaks.
        if (options.Enabled)
            MakeDirectory();
        _thread = new Thread(Run) { IsBackground = true, Name = "portside log" };
        _thread.Start();
    }

    internal long Written => Volatile.Read(ref _written);

    internal int OpenFiles => _open.Count;

    /// <summary>A port has news. Costs no allocation and no wake-up but the first of a delay.</summary>
    internal void Enqueue(PortLog log)
    {
        _dirty.Enqueue(log);
        if (Interlocked.Exchange(ref _delayArmed, 1) == 0)
            _delay.Change(WriteDelay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A port has much news.</summary>
    internal void EnqueueUrgent(PortLog log)
    {
        _urgent.Enqueue(log);
        Signal();
    }

    /// <summary>Asks for something to be done between two writes.</summary>
    /// <returns>Completes when it is done.</returns>
    internal Task AskAsync(LogRequestKind kind, PortLog? log)
    {
        if (_ended)
            return Task.CompletedTask;
        var request = new LogRequest(kind, log, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _requests.Enqueue(request);
        Signal();
        // The thread may have ended in between, and answers nobody then.
        if (_ended)
            AnswerAll();
        return request.Done.Task;
    }

    /// <summary>Ends the thread after what was asked before.</summary>
    /// <returns>Completes when it ended.</returns>
    internal async Task EndAsync()
    {
        await AskAsync(LogRequestKind.End, null);
        await _delay.DisposeAsync();
        await _retry.DisposeAsync();
    }

    private void DelayOver()
    {
        Volatile.Write(ref _delayOver, 1);
        Signal();
    }

    private void RetryOver()
    {
        Volatile.Write(ref _retryOver, 1);
        Signal();
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
            _signal.Release();
    }

    private void Run()
    {
        LogRequest? end = null;
        while (end is null)
        {
            _signal.Wait();
            Interlocked.Exchange(ref _signalled, 0);
#pragma warning disable CA1031 // An error of ours must not end the process, consoles and all.
            try
            {
                ServeUrgent();
                if (Interlocked.Exchange(ref _delayOver, 0) == 1)
                    ServeDirty();
                if (Interlocked.Exchange(ref _retryOver, 0) == 1)
                    ServeFailing();
                end = ServeRequests();
            }
            catch (Exception e)
            {
                LogUnexpected(_logger, e);
            }
#pragma warning restore CA1031
        }

        _open.CloseAll();
        _ended = true;
        end.Done.SetResult();
        AnswerAll();
    }

    private void ServeUrgent()
    {
        for (var count = _urgent.Count; count > 0 && _urgent.TryDequeue(out var log); count--)
        {
            log.LeftUrgent();
            if (Write(log, ChunksAtOnce) && log.EnterUrgent())
                EnqueueUrgent(log);
        }
    }

    private void ServeDirty()
    {
        // Before the queue is looked at: who comes from now on arms the delay anew.
        Interlocked.Exchange(ref _delayArmed, 0);
        for (var count = _dirty.Count; count > 0 && _dirty.TryDequeue(out var log); count--)
        {
            log.LeftQueue();
            if (Write(log, ChunksAtOnce) && log.EnterUrgent())
                EnqueueUrgent(log);
            if (!_urgent.IsEmpty)
                ServeUrgent();
        }
    }

    private void ServeFailing()
    {
        _retryArmed = false;
        if (_directoryFailing)
            MakeDirectory();
        var failing = _failing;
        _failing = [];
        foreach (var log in failing)
        {
            log.Failing = false;
            if (Write(log, ChunksAtOnce) && log.EnterUrgent())
                EnqueueUrgent(log);
        }

        if (!_retryArmed)
            _nextRetry = FirstRetry;
    }

    /// <returns>The request to end, if that was among them.</returns>
    private LogRequest? ServeRequests()
    {
        while (_requests.TryDequeue(out var request))
        {
            if (request.Kind == LogRequestKind.End)
            {
                DrainAll();
                return request;
            }

            try
            {
                Serve(request);
            }
            finally
            {
                request.Done.SetResult();
            }
        }

        return null;
    }

    private void Serve(LogRequest request)
    {
        switch (request.Kind)
        {
            case LogRequestKind.Flush when request.Log is { } log:
                Drain(log);
                break;
            case LogRequestKind.Flush:
                DrainAll();
                break;
            case LogRequestKind.Forget:
                Drain(request.Log!);
                Forget(request.Log!);
                break;
            default:
                _open.CloseAll();
                break;
        }
    }

    private void AnswerAll()
    {
        while (_requests.TryDequeue(out var request))
            request.Done.TrySetResult();
    }

    private void DrainAll()
    {
        // Whoever appended before the request is in one of the queues, or waits for the next attempt.
        var failing = _failing;
        _failing = [];
        foreach (var log in failing)
        {
            log.Failing = false;
            Drain(log);
        }

        for (var count = _urgent.Count; count > 0 && _urgent.TryDequeue(out var log); count--)
        {
            log.LeftUrgent();
            Drain(log);
        }

        for (var count = _dirty.Count; count > 0 && _dirty.TryDequeue(out var log); count--)
        {
            log.LeftQueue();
            Drain(log);
        }
    }

    private void Drain(PortLog log)
    {
        var end = log.Recording.End;
        while (log.Reader!.Position < end && Write(log, 1))
        {
        }
    }

    private void Forget(PortLog log)
    {
        log.Forgotten = true;
        log.Reader!.Lossy = true;
        log.MadeRoom();
        log.Files.Appender.Close(_open);
        _failing.Remove(log);
        log.Failing = false;
        _trouble.End(log);
        if (_indexTroubled == log.Files.Appender)
            _indexTroubled = null;
    }

    /// <summary>Writes a port's next bytes.</summary>
    /// <returns>Whether there is more.</returns>
    private bool Write(PortLog log, int chunks)
    {
        if (log.Failing || log.Forgotten)
            return false;
        var reader = log.Reader!;
        for (; chunks > 0 && !reader.AtEnd; chunks--)
        {
            var count = reader.Peek(_buffer.AsSpan(LongestMark), out var missed);
            if (!Write(log, count, missed))
                return false;
            log.MadeRoom();
        }

        if (!reader.AtEnd)
            return true;
        CaughtUp(log);
        return false;
    }

    private bool Write(PortLog log, int count, long missed)
    {
        var now = _time.GetUtcNow();
        var mark = missed == 0 ? 0 : Mark(missed, log.Lost ?? LogTrouble.TooSlow, now);
        var bytes = _buffer.AsSpan(LongestMark - mark, mark + count);
        var written = 0;
        try
        {
            log.Files.Appender.Write(bytes, _options, now, _open, ref written);
            Advance(log, count, missed);
            log.Files.Grown();
            SayIndexTrouble(log.Files);
            return true;
        }
#pragma warning disable CA1031 // Whatever it is, it is this log's trouble and not the consoles'.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // A mark counts when it is whole; until then the loss it tells may still grow.
            if (written < mark)
                log.Files.Appender.Undo(written);
            else
                Advance(log, written - mark, missed);
            if (written > mark)
                log.Files.Grown();
            Failed(log, e);
            return false;
        }
    }

    private void Advance(PortLog log, int count, long missed)
    {
        log.Reader!.Advance(missed + count);
        if (missed > 0)
        {
            log.CountDropped(missed);
            _trouble.CountDropped(missed);
        }

        Volatile.Write(ref _written, _written + count);
    }

    private void Failed(PortLog log, Exception e)
    {
        var reason = LogTrouble.ReasonOf(e);
        _trouble.CountError();
        _trouble.Begin(log, reason, log.Files.CurrentPath);
        log.Lost = reason;
        log.Failing = true;
        _failing.Add(log);
        // From here on the console is never waited for and costs no more memory; whoever waits goes on.
        log.Reader!.Lossy = true;
        log.MadeRoom();
        log.Files.Appender.Close(_open);
        ArmRetry();
    }

    private void MakeDirectory()
    {
        try
        {
            StateDirectory.Probe(_directory);
            _trouble.End(this);
            _directoryFailing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _trouble.CountError();
            _trouble.Begin(this, LogTrouble.ReasonOf(e), _directory);
            _directoryFailing = true;
            ArmRetry();
        }
    }

    private void ArmRetry()
    {
        if (_retryArmed)
            return;
        _retryArmed = true;
        _retry.Change(_nextRetry, Timeout.InfiniteTimeSpan);
        _nextRetry = _nextRetry * 2 < LastRetry ? _nextRetry * 2 : LastRetry;
    }

    private void CaughtUp(PortLog log)
    {
        if (log.Lost is null && !log.Reader!.Lossy)
            return;
        log.Reader!.Lossy = false;
        log.Lost = null;
        _trouble.End(log);
    }

    private void SayIndexTrouble(LogFiles files)
    {
        if (files.Appender.IndexFailed && _indexTroubled is null)
        {
            _indexTroubled = files.Appender;
            LogIndexFailed(_logger, files.IndexDirectory);
        }
        else if (_indexTroubled == files.Appender && !files.Appender.IndexFailed)
        {
            _indexTroubled = null;
        }
    }

    // [-- Portside: 12345 bytes lost here: No space left on device -- 2026-01-02T03:04:05Z --]
    private int Mark(long missed, string reason, DateTimeOffset now)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"\r\n[-- Portside: {missed} bytes lost here: {reason} -- {now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} --]\r\n");
        if (Encoding.UTF8.GetByteCount(text) > LongestMark)
            return Mark(missed, "the disk failed", now);
        var length = Encoding.UTF8.GetByteCount(text);
        return Encoding.UTF8.GetBytes(text, _buffer.AsSpan(LongestMark - length));
    }
}
