using Portside.Host.Storage;
using Portside.Lines;

namespace Portside.Host.Sources;

/// <summary>A file that takes what a guest says, and never says anything itself. What it has no room for is thrown away.</summary>
internal sealed class FileLine : Line
{
    private readonly FileStream _file;
    private readonly long _most;
    private readonly Action<bool> _hasRoom;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the file to append to it.</summary>
    /// <param name="title">What it is, for people.</param>
    /// <param name="path">Where.</param>
    /// <param name="most">Bytes that the file may have, whoever wrote them.</param>
    /// <param name="hasRoom">Hears at each write whether there was room for all of it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public FileLine(string title, string path, long most, Action<bool> hasRoom)
    {
        Title = title;
        (_most, _hasRoom) = (most, hasRoom);
        RegularFile.Check(path);

        // Without a buffer: what the guest said is there for whoever looks.
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    public override string Title { get; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        await _closed.Task.WaitAsync(cancellation).ConfigureAwait(false);
        return 0;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        try
        {
            // Others may write to it as well, or empty it.
            var room = Math.Clamp(_most - _file.Seek(0, SeekOrigin.End), 0, data.Length);
            _hasRoom(room == data.Length);
            if (room > 0)
                await _file.WriteAsync(data[..(int)room], cancellation).ConfigureAwait(false);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException($"{Title} is closed.", e);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _closed.TrySetResult();
        return _file.DisposeAsync();
    }
}
