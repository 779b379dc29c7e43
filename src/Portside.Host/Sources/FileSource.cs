using Portside.Lines;

namespace Portside.Host.Sources;

/// <summary>A file that lines are appended to; it and its directory are made if they are not there.</summary>
/// <param name="title">What it is, for people.</param>
/// <param name="path">Where.</param>
/// <param name="most">Bytes that the file may have.</param>
/// <param name="onFull">Called when there is no room any more: once, until there was room again.</param>
internal sealed class FileSource(string title, string path, long most, Action onFull) : LineSource
{
    private bool _isFull;

    public override string Title => title;

    public override Task<Line> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return Task.FromResult<Line>(new FileLine(title, path, most, HasRoom));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{title} cannot be written: {e.Message}", e);
        }
    }

    private void HasRoom(bool hasRoom)
    {
        if (_isFull == hasRoom)
        {
            _isFull = !hasRoom;
            if (_isFull)
                onFull();
        }
    }
}
