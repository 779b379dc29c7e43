using Portside.Concentrator.Hosting;

namespace Portside.Concentrator.Recording;

/// <summary>The writing end of one port's log. Used by the log writer's thread only.</summary>
internal sealed class LogAppender
{
    private readonly LogFiles _files;
    private FileStream? _file;
    private long _length = -1;
    private long? _indexed;
    private long _nextIndex = long.MinValue;

    internal LogAppender(LogFiles files) => (_files, Node) = (files, new LinkedListNode<LogAppender>(this));

    /// <summary>Its place in the list of open files, made once.</summary>
    internal LinkedListNode<LogAppender> Node { get; }

    internal bool IsOpen => _file is not null;

    /// <summary>Whether the last attempt to write the time index failed.</summary>
    internal bool IndexFailed { get; private set; }

    /// <summary>Writes bytes behind all others, rotating where a file is full.</summary>
    /// <param name="bytes">What to write.</param>
    /// <param name="options">Size and number of files.</param>
    /// <param name="now">The time for index and names.</param>
    /// <param name="openFiles">Where an open file counts.</param>
    /// <param name="written">Grows with every byte that is in a file, also when this throws.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refused.</exception>
    internal void Write(ReadOnlySpan<byte> bytes, LogOptions options, DateTimeOffset now, OpenLogFiles openFiles, ref int written)
    {
        while (true)
        {
            Open(openFiles);
            var room = Math.Max(0, Math.Max(1, options.MaxFileBytes) - _length);
            var part = bytes.Length <= room ? bytes : bytes[..Cut(bytes[..(int)room])];
            if (!part.IsEmpty)
            {
                Index(now.ToUnixTimeMilliseconds());
                WritePart(part, ref written);
                bytes = bytes[part.Length..];
            }

            if (bytes.IsEmpty)
                return;
            Close(openFiles);
            _files.Rotate(now.UtcDateTime, options.KeepFiles);
            (_length, _indexed, _nextIndex) = (0, null, long.MinValue);
        }
    }

    /// <summary>Takes back the last <paramref name="count"/> bytes: half a mark is worse than none.</summary>
    internal void Undo(int count)
    {
        if (count == 0 || _file is null || _length < count)
            return;
        try
        {
            RandomAccess.SetLength(_file.SafeFileHandle, _length - count);
            _length -= count;
        }
        catch (IOException)
        {
            // The disk does not even do that. What is there stays.
        }
    }

    internal void Close(OpenLogFiles openFiles)
    {
        if (_file is null)
            return;
        openFiles.Removed(this);
        // Nothing is buffered here, but a network file system may report a failed write only now.
        var file = _file;
        _file = null;
        file.Dispose();
    }

    // A file ends with a line where it can, so that a search finds whole lines.
    private static int Cut(ReadOnlySpan<byte> bytes)
    {
        var line = bytes.LastIndexOf((byte)'\n');
        return line < 0 ? bytes.Length : line + 1;
    }

    private void WritePart(ReadOnlySpan<byte> part, ref int written)
    {
        var handle = _file!.SafeFileHandle;
        try
        {
            RandomAccess.Write(handle, part, _length);
            _length += part.Length;
            written += part.Length;
        }
        catch (IOException)
        {
            // A full disk takes a part, and what it took must not be written twice.
            var taken = (int)Math.Clamp(LengthOr(_length) - _length, 0, part.Length);
            _length += taken;
            written += taken;
            throw;
        }
    }

    private long LengthOr(long unknown)
    {
        try
        {
            return RandomAccess.GetLength(_file!.SafeFileHandle);
        }
        catch (IOException)
        {
            return unknown;
        }
    }

    private void Open(OpenLogFiles openFiles)
    {
        if (_file is null)
        {
            openFiles.MakeRoom();
            _file = OpenCurrent();
            openFiles.Added(this);
        }
        else
        {
            openFiles.Used(this);
        }

        var length = RandomAccess.GetLength(_file.SafeFileHandle);
        if (_length < 0)
            _indexed = RepairedIndex(length);
        else if (length < _length)
            Begun(length);
        _length = length;
    }

    // Somebody moved the file away (logrotate) or cut it off (copytruncate).
    private void Begun(long length)
    {
        _indexed = RepairedIndex(length == 0 ? -1 : length);
        _nextIndex = long.MinValue;
        _files.Replaced();
    }

    private FileStream OpenCurrent()
    {
        try
        {
            return StateDirectory.Create(_files.CurrentPath, FileMode.OpenOrCreate);
        }
        catch (DirectoryNotFoundException)
        {
            StateDirectory.MakeDirectory(_files.LogDirectory);
            return StateDirectory.Create(_files.CurrentPath, FileMode.OpenOrCreate);
        }
    }

    private long? RepairedIndex(long length)
    {
        try
        {
            return LogIndex.Repair(_files.CurrentIndexPath, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Index(long now)
    {
        if (now < _nextIndex && _nextIndex - now <= LogIndex.Spacing)
            return;
        _nextIndex = now + LogIndex.Spacing;
        // In order even where the clock is not: what comes at an earlier time is found with what came before it.
        if (now - _indexed < LogIndex.Spacing)
            return;
        try
        {
            try
            {
                LogIndex.Append(_files.CurrentIndexPath, now, _length);
            }
            catch (DirectoryNotFoundException)
            {
                StateDirectory.MakeDirectory(_files.IndexDirectory);
                LogIndex.Append(_files.CurrentIndexPath, now, _length);
            }

            _indexed = now;
            IndexFailed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The log matters, its index is an aid. It is tried again a second later.
            IndexFailed = true;
        }
    }
}
