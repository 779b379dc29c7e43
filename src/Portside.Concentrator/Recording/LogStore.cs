#pragma warning disable CA1822, IDE0060 // The surface first; what it does follows.
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Recording;

/// <summary>The logs of all ports: raw files in one directory, written by one thread.</summary>
public sealed class LogStore : IAsyncDisposable
{
    /// <summary>A store; nothing is read or written until a port says something.</summary>
    /// <param name="options">Where and how much.</param>
    /// <param name="stateDirectory">Parent of the default log directory.</param>
    /// <param name="time">The clock of index, file names and limits.</param>
    /// <param name="logger">Hears of a disk that fails and recovers.</param>
    public LogStore(LogOptions options, string stateDirectory, TimeProvider time, ILogger logger) =>
        Directory = options.Directory ?? Path.Combine(stateDirectory, "log");

    /// <summary>Where the files are.</summary>
    public string Directory { get; }

    /// <summary>Whether some port's bytes cannot be written just now.</summary>
    public bool Degraded => DegradedReason is not null;

    /// <summary>Why the log is degraded, in words for an operator; null when it is well.</summary>
    public string? DegradedReason => null;

    /// <summary>Machine bytes written to files since the start.</summary>
    public long BytesWritten => 0;

    /// <summary>Machine bytes lost to a full, failing or slow disk since the start.</summary>
    public long BytesDropped => 0;

    /// <summary>Failed attempts to write since the start.</summary>
    public long Errors => 0;

    /// <summary>Logs a port from now on; what its recording already holds is written too.</summary>
    /// <param name="id">Whose log; also its file name.</param>
    /// <param name="recording">What the port says. The log becomes its pacer.</param>
    /// <returns>The log; the caller disposes it when the port is forgotten.</returns>
    public PortLog Open(PortId id, PortRecording recording) => new(id);

    /// <summary>Whether anything was ever logged for a port, and is still kept.</summary>
    /// <param name="id">The port, known to this run or not.</param>
    /// <returns>True when <see cref="OpenRead"/> has something to read.</returns>
    public bool Exists(PortId id) => false;

    /// <summary>Reads a log, also of a port that only its files still know.</summary>
    /// <param name="id">The port.</param>
    /// <param name="range">Which part.</param>
    /// <returns>The bytes; the caller disposes.</returns>
    public LogStream OpenRead(PortId id, LogRange range) => new();

    /// <summary>Completes when everything appended before the call is in its file, or the disk refused it.</summary>
    /// <param name="cancellationToken">Ends the wait, not the writing.</param>
    /// <returns>The task.</returns>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Closes all files, so that one moved away (logrotate) is made anew at the next byte.</summary>
    public void Reopen()
    {
    }

    /// <summary>Writes what is left, within 5 s, and ends the writer.</summary>
    /// <returns>Completes when done or given up, which is a declared event.</returns>
    public ValueTask DisposeAsync() => default;
}
