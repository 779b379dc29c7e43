#pragma warning disable CA1822, IDE0060 // The surface first; what it does follows.
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Recording;

/// <summary>One port's log: everything its recording says, in files, from the first byte.</summary>
/// <remarks>Any thread may call. Whoever opened it disposes it when the port is forgotten; its files stay.</remarks>
public sealed class PortLog : IAsyncDisposable
{
    internal PortLog(PortId id) => Id = id;

    /// <summary>Whose log this is.</summary>
    public PortId Id { get; }

    /// <summary>Bytes of this port that never reached its file since it was opened.</summary>
    public long BytesDropped => 0;

    /// <summary>Waits until <paramref name="incoming"/> more bytes may be appended without the log losing any.</summary>
    /// <param name="incoming">Bytes about to be appended.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// Completes at once unless <see cref="PortRecording.IsAheadOfPacer"/>; else when the disk has caught up enough, or
    /// after <see cref="LogOptions.StallLimit"/>. After that the log is lossy, and never waited for, until it caught up.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask WaitForRoomAsync(int incoming, CancellationToken cancellationToken) => default;

    /// <summary>Reads the log, beginning with its files of earlier runs.</summary>
    /// <param name="range">Which part.</param>
    /// <returns>The bytes; the caller disposes.</returns>
    public LogStream OpenRead(LogRange range) => new();

    /// <summary>Completes when everything appended before the call is in the file, or the disk refused it.</summary>
    /// <param name="cancellationToken">Ends the wait, not the writing.</param>
    /// <returns>The task.</returns>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes what is left and stops listening to the recording.</summary>
    /// <returns>Completes when it is written, or the disk refused it.</returns>
    public ValueTask DisposeAsync() => default;
}
