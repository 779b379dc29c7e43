namespace Portside.Concentrator.Recording;

/// <summary>
/// The bytes of one port's log, over all its files, oldest first, as a stream that can only be read forwards.
/// </summary>
/// <remarks>
/// What was appended before the first read is part of it. Memory is constant whatever the log's size, and one file
/// is open at a time. Without <see cref="LogRange.Follow"/> the end is where the log ended at the first read; with it,
/// a read at the end waits until it is cancelled. Files that rotation deletes before they are reached are left out.
/// Nothing is thrown for a port without a log: it reads as empty.
/// </remarks>
public sealed class LogStream : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>Unknown.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Unknown.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(0);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Not supported: a log is read asynchronously.</summary>
    /// <param name="buffer">Not used.</param>
    /// <param name="offset">Not used.</param>
    /// <param name="count">Not used.</param>
    /// <returns>Nothing.</returns>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <summary>Not supported.</summary>
    /// <param name="offset">Not used.</param>
    /// <param name="origin">Not used.</param>
    /// <returns>Nothing.</returns>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <param name="value">Not used.</param>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <param name="buffer">Not used.</param>
    /// <param name="offset">Not used.</param>
    /// <param name="count">Not used.</param>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
