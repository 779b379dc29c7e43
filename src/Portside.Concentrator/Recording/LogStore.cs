using Microsoft.Extensions.Logging;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Recording;

/// <summary>The logs of all ports: raw files in one directory, written by one thread.</summary>
/// <remarks>
/// A port's file is called as its id and only grows; at <see cref="LogOptions.MaxFileBytes"/> it is renamed to
/// <c>ID-YYYYMMDD-HHMMSS</c> (UTC) and another begun. Only the owner may read them. Any thread may call.
/// </remarks>
public sealed partial class LogStore : IAsyncDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<PortId, LogFiles> _files = [];
    private readonly LogWriter _writer;
    private readonly ILogger _logger;
    private int _disposed;

    /// <summary>A store. A directory that cannot be made is trouble, not an error: consoles matter more.</summary>
    /// <param name="options">Where and how much; sizes may change while it runs.</param>
    /// <param name="stateDirectory">Parent of the default log directory.</param>
    /// <param name="time">The clock of index, file names and limits.</param>
    /// <param name="logger">Hears of a disk that fails and recovers.</param>
    /// <param name="mostOpenFiles">Files the process can afford to hold open, whatever is configured.</param>
    public LogStore(LogOptions options, string stateDirectory, TimeProvider time, ILogger logger, int mostOpenFiles = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Options, Time, _logger) = (options, time, logger);
        Directory = Path.GetFullPath(options.Directory ?? Path.Combine(stateDirectory, "log"));
        Trouble = new LogTrouble(time, logger);
        _writer = new LogWriter(options, mostOpenFiles, Directory, time, Trouble, logger);
    }

    /// <summary>Where the files are.</summary>
    public string Directory { get; }

    /// <summary>Whether some port's bytes cannot be written just now.</summary>
    public bool Degraded => DegradedReason is not null;

    /// <summary>Why the log is degraded, in words for an operator; null when it is well.</summary>
    public string? DegradedReason => Trouble.Reason;

    /// <summary>Machine bytes written to files since the start.</summary>
    public long BytesWritten => _writer.Written;

    /// <summary>Machine bytes lost to a full, failing or slow disk since the start; counted once the loss is over.</summary>
    public long BytesDropped => Trouble.Dropped;

    /// <summary>Failed attempts to write since the start.</summary>
    public long Errors => Trouble.Errors;

    internal LogOptions Options { get; }

    internal TimeProvider Time { get; }

    internal LogTrouble Trouble { get; }

    internal int OpenFiles => _writer.OpenFiles;

    /// <summary>Logs a port from now on; what its recording already holds is written too.</summary>
    /// <param name="id">Whose log; also its file name.</param>
    /// <param name="recording">What the port says. The log becomes its pacer.</param>
    /// <returns>The log; the caller disposes it when the port is forgotten.</returns>
    public PortLog Open(PortId id, PortRecording recording)
    {
        var log = new PortLog(this, _writer, Hold(id), recording, Options.Enabled);
        lock (_lock)
            log.Files.Logs.Add(log);
        return log;
    }

    /// <summary>Whether anything was ever logged for a port, and is still kept.</summary>
    /// <param name="id">The port, known to this run or not.</param>
    /// <returns>True when <see cref="OpenRead"/> has something to read.</returns>
    public bool Exists(PortId id)
    {
        var files = Hold(id);
        try
        {
            return files.Exist();
        }
        finally
        {
            Release(files);
        }
    }

    /// <summary>Reads a log, also of a port that only its files still know.</summary>
    /// <param name="id">The port.</param>
    /// <param name="range">Which part.</param>
    /// <returns>The bytes; the caller disposes.</returns>
    public LogStream OpenRead(PortId id, LogRange range) => new(this, Hold(id), range);

    /// <summary>Completes when everything appended before the call is in its file, or the disk refused it.</summary>
    /// <param name="cancellationToken">Ends the wait, not the writing.</param>
    /// <returns>The task.</returns>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        _writer.AskAsync(LogRequestKind.Flush, null).WaitAsync(cancellationToken);

    /// <summary>Closes all files soon, so that one moved away (logrotate) is made anew at the next byte.</summary>
    public void Reopen() => _ = ReopenAsync();

    /// <summary>Writes what is left, within 5 s, and ends the writer.</summary>
    /// <returns>Completes when done or given up, which is a declared event.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        try
        {
            await _writer.EndAsync().WaitAsync(DrainLimit, Time);
        }
        catch (TimeoutException)
        {
            // A disk that hangs must not keep a service from ending. The thread is a background one.
        }

        lock (_lock)
        {
            var logs = _files.Values.SelectMany(files => files.Logs).Where(log => log.Reader is { AtEnd: false }).ToArray();
            var bytes = logs.Sum(log => log.Recording.End - log.Reader!.Position);
            if (bytes > 0)
                LogNotWritten(_logger, bytes, logs.Length, DegradedReason ?? "there was no time left");
        }
    }

    internal Task ReopenAsync() => _writer.AskAsync(LogRequestKind.Reopen, null);

    /// <summary>The writer's answer, or its silence: a reader would rather see less than wait for a disk that hangs.</summary>
    internal async Task SettleAsync(LogFiles files, CancellationToken cancellationToken)
    {
        PortLog[] logs;
        lock (_lock)
            logs = [.. files.Logs];
        foreach (var log in logs)
        {
            try
            {
                await log.FlushAsync(cancellationToken).WaitAsync(Options.StallLimit, Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    internal void Closed(PortLog log)
    {
        lock (_lock)
            log.Files.Logs.Remove(log);
        Release(log.Files);
    }

    internal void Release(LogFiles files)
    {
        lock (_lock)
        {
            if (--files.Holders == 0)
                _files.Remove(files.Id);
        }
    }

    private LogFiles Hold(PortId id)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(id, out var files))
                _files.Add(id, files = new LogFiles(id, Directory));
            files.Holders++;
            return files;
        }
    }
}
