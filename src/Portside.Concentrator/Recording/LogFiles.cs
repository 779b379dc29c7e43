using Microsoft.Win32.SafeHandles;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Recording;

/// <summary>
/// The files of one port's log in their order, shared by the one who writes them and all who read them.
/// </summary>
/// <remarks>
/// Every file has a generation. A reader that holds a file open goes on reading it wherever it is moved, and finds the
/// next one by its generation. Files are renamed, and opened for reading, under one lock per port.
/// </remarks>
internal sealed class LogFiles
{
    private readonly Lock _lock = new();
    private readonly string _directory;
    private List<RotatedLog>? _rotated;
    private TaskCompletionSource? _changed;
    private int _generation;
    private int _version;
    private int _followers;

    internal LogFiles(PortId id, string directory)
    {
        (Id, _directory) = (id, directory);
        Name = LogNames.Current(id);
        Appender = new LogAppender(this);
    }

    internal PortId Id { get; }

    /// <summary>The current file's name.</summary>
    internal string Name { get; }

    /// <summary>The writing end; the log writer's alone.</summary>
    internal LogAppender Appender { get; }

    /// <summary>How many opened this; guarded by the store.</summary>
    internal int Holders { get; set; }

    /// <summary>Those who write here: one, or two while a port comes back that is just being forgotten; guarded by the store.</summary>
    internal List<PortLog> Logs { get; } = new(1);

    internal string CurrentPath => Path.Combine(_directory, Name);

    internal string CurrentIndexPath => IndexPath(Name);

    internal string IndexDirectory => Path.Combine(_directory, LogNames.IndexDirectory);

    internal string LogDirectory => _directory;

    /// <summary>Generation of the current file.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    /// <summary>Whether somebody waits for every byte.</summary>
    internal bool Followed => Volatile.Read(ref _followers) > 0;

    internal void AddFollower(int change) => Interlocked.Add(ref _followers, change);

    internal bool Exist() => File.Exists(CurrentPath) || Rotated().Count > 0;

    /// <summary>Bytes in the current file and in those that will not grow any more.</summary>
    internal long MeasureBytes() =>
        Rotated().Select(log => Path.Combine(_directory, log.Name)).Append(CurrentPath)
            .Select(path => new FileInfo(path)).Sum(file => file.Exists ? file.Length : 0);

    /// <summary>The files that will not grow any more, oldest first.</summary>
    internal IReadOnlyList<RotatedLog> Rotated()
    {
        lock (_lock)
            return [.. Loaded()];
    }

    /// <summary>Renames the current file; the next write makes another. Deletes the oldest beyond <paramref name="keep"/>.</summary>
    internal void Rotate(DateTime now, int keep)
    {
        lock (_lock)
        {
            var rotated = Loaded();
            var stamp = new DateTime(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);
            var number = 1;
            // Names are in order even where the clock is not.
            if (rotated.Count > 0 && rotated[^1] is var last && last.Stamp >= stamp)
                (stamp, number) = (last.Stamp, last.Number + 1);
            while (File.Exists(Path.Combine(_directory, LogNames.Rotated(Name, stamp, number))))
                number++;
            var name = LogNames.Rotated(Name, stamp, number);
            if (File.Exists(CurrentPath))
            {
                // The index first: one that is ahead of its file is repaired, one that stays behind would tell wrong times.
                if (File.Exists(CurrentIndexPath))
                    File.Move(CurrentIndexPath, IndexPath(name), overwrite: true);
                File.Move(CurrentPath, Path.Combine(_directory, name));
                rotated.Add(new RotatedLog(name, stamp, number, _generation));
            }

            Volatile.Write(ref _generation, _generation + 1);
            for (; rotated.Count > keep; rotated.RemoveAt(0))
                Delete(rotated[0].Name);
        }
    }

    /// <summary>Somebody else moved the current file away or cut it off: readers have to open what is there now.</summary>
    internal void Replaced()
    {
        lock (_lock)
            Volatile.Write(ref _generation, _generation + 1);
    }

    /// <summary>Tells those who follow that there is more.</summary>
    internal void Grown()
    {
        TaskCompletionSource? changed;
        lock (_lock)
        {
            _version++;
            (changed, _changed) = (_changed, null);
        }

        changed?.SetResult();
    }

    /// <summary>What <see cref="ChangeAsync"/> compares.</summary>
    internal int Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    /// <summary>Completes once the log is not what it was at <paramref name="version"/>.</summary>
    internal Task ChangeAsync(int version)
    {
        lock (_lock)
        {
            if (version != _version)
                return Task.CompletedTask;
            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _changed.Task;
        }
    }

    /// <summary>Opens the oldest file whose generation is at least <paramref name="generation"/>.</summary>
    /// <returns>Null when there is none yet.</returns>
    internal (SafeFileHandle Handle, int Generation)? OpenFrom(int generation)
    {
        lock (_lock)
        {
            foreach (var rotated in Loaded())
            {
                if (rotated.Generation >= generation && TryOpen(Path.Combine(_directory, rotated.Name)) is { } handle)
                    return (handle, rotated.Generation);
            }

            return _generation >= generation && TryOpen(CurrentPath) is { } current ? (current, _generation) : null;
        }
    }

    /// <summary>Every file with its length, oldest first; the current one is the last.</summary>
    internal List<LogExtent> Extents()
    {
        lock (_lock)
        {
            var extents = new List<LogExtent>();
            foreach (var rotated in Loaded())
            {
                var file = new FileInfo(Path.Combine(_directory, rotated.Name));
                if (file.Exists)
                    extents.Add(new LogExtent(rotated.Generation, file.Length, IndexPath(rotated.Name), new DateTimeOffset(rotated.Stamp)));
            }

            var current = new FileInfo(CurrentPath);
            extents.Add(
                current.Exists
                    ? new LogExtent(_generation, current.Length, CurrentIndexPath, new DateTimeOffset(current.LastWriteTimeUtc))
                    : new LogExtent(_generation, 0, CurrentIndexPath, DateTimeOffset.UnixEpoch));
            return extents;
        }
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Delete(string name)
    {
        try
        {
            File.Delete(IndexPath(name));
            File.Delete(Path.Combine(_directory, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file too many must not stop the log. The next run tries again.
        }
    }

    private string IndexPath(string name) => Path.Combine(IndexDirectory, name);

    private List<RotatedLog> Loaded()
    {
        if (_rotated is not null)
            return _rotated;
        var found = new List<RotatedLog>();
        if (Directory.Exists(_directory))
        {
            foreach (var path in Directory.EnumerateFiles(_directory, Name + "-*"))
            {
                var name = Path.GetFileName(path);
                if (LogNames.TryParseRotated(Name, name, out var stamp, out var number))
                    found.Add(new RotatedLog(name, stamp, number, 0));
            }
        }

        found.Sort(static (a, b) => a.Stamp != b.Stamp ? a.Stamp.CompareTo(b.Stamp) : a.Number.CompareTo(b.Number));
        _rotated = [.. found.Select((log, i) => log with { Generation = _generation - found.Count + i })];
        return _rotated;
    }
}
