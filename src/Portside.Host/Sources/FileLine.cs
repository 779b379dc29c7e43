using Portside.Lines;

namespace Portside.Host.Sources;

/// <summary>A file that takes what a guest says, and never says anything itself.</summary>
internal sealed class FileLine : Line
{
    private readonly FileStream _file;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the file to append to it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public FileLine(string title, string path)
    {
        Title = title;

        // Without a buffer: what the guest said is there for whoever looks.
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
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
            await _file.WriteAsync(data, cancellation).ConfigureAwait(false);
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
