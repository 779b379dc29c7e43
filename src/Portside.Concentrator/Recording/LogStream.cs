using Microsoft.Win32.SafeHandles;

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
    private readonly LogStore _store;
    private readonly LogFiles _files;
    private readonly LogRange _range;
    private SafeFileHandle? _file;
    private int _generation;
    private long _offset;
    private LogExtent _end;
    private bool _located;
    private bool _disposed;

    internal LogStream(LogStore store, LogFiles files, LogRange range) => (_store, _files, _range) = (store, files, range);

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
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
            return 0;
        if (!_located)
            await LocateAsync(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Before the read: if the file was complete by then, an end is its end.
            var version = _files.Version;
            var complete = _files.Generation > _generation;
            if (_file is null && !OpenNext() && !_range.Follow)
                return 0;
            var count = await ReadFileAsync(buffer, cancellationToken);
            if (count > 0)
                return count;
            if (!_range.Follow && _generation >= _end.Generation)
                return 0;
            if (complete)
                LeaveFile();
            else if (_range.Follow)
                await _files.ChangeAsync(version).WaitAsync(cancellationToken);
            else
                return 0;
        }
    }

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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_disposed && disposing)
        {
            _disposed = true;
            _file?.Dispose();
            if (_located && _range.Follow)
                _files.AddFollower(-1);
            _store.Release(_files);
        }

        base.Dispose(disposing);
    }

    private async Task LocateAsync(CancellationToken cancellationToken)
    {
        if (_range.Follow)
            _files.AddFollower(1);
        _located = true;
        await _store.SettleAsync(_files, cancellationToken);
        var extents = _files.Extents();
        _end = extents[^1];
        (_generation, _offset) =
            _range.Tail is { } tail ? FromTail(extents, tail)
            : _range.Since is { } since ? FromTime(extents, since.ToUnixTimeMilliseconds())
            : (extents[0].Generation, 0);
    }

    private static (int Generation, long Offset) FromTail(List<LogExtent> extents, long tail)
    {
        tail = Math.Max(0, tail);
        for (var i = extents.Count - 1; i >= 0; i--)
        {
            if (tail <= extents[i].Length)
                return (extents[i].Generation, extents[i].Length - tail);
            tail -= extents[i].Length;
        }

        return (extents[0].Generation, 0);
    }

    private static (int Generation, long Offset) FromTime(List<LogExtent> extents, long since)
    {
        foreach (var extent in extents)
        {
            var offset = LogIndex.Find(extent.IndexPath, since, extent.Length, extent.End.ToUnixTimeMilliseconds());
            if (offset < extent.Length)
                return (extent.Generation, offset);
        }

        return (extents[^1].Generation, extents[^1].Length);
    }

    private async ValueTask<int> ReadFileAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_file is null)
            return 0;
        if (!_range.Follow && _generation == _end.Generation)
            buffer = buffer[..(int)Math.Clamp(_end.Length - _offset, 0, buffer.Length)];
        if (buffer.IsEmpty)
            return 0;
        var count = await RandomAccess.ReadAsync(_file, buffer, _offset, cancellationToken);
        _offset += count;
        return count;
    }

    // The file wanted, or the oldest after it that is still there.
    private bool OpenNext()
    {
        if (_files.OpenFrom(_generation) is not { } opened)
            return false;
        if (opened.Generation != _generation)
            (_generation, _offset) = (opened.Generation, 0);
        _file = opened.Handle;
        return _range.Follow || _generation <= _end.Generation;
    }

    private void LeaveFile()
    {
        _file?.Dispose();
        _file = null;
        (_generation, _offset) = (_generation + 1, 0);
    }
}
