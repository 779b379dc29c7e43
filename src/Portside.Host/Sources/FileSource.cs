using Portside.Lines;

namespace Portside.Host.Sources;

/// <summary>A file that lines are appended to; it and its directory are made if they are not there.</summary>
/// <param name="title">What it is, for people.</param>
/// <param name="path">Where.</param>
internal sealed class FileSource(string title, string path) : LineSource
{
    public override string Title => title;

    public override Task<Line> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return Task.FromResult<Line>(new FileLine(title, path));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{title} cannot be written: {e.Message}", e);
        }
    }
}
