namespace Portside.Concentrator.Recording;

/// <summary>The log files held open for writing, the least recently used first. Used by the log writer's thread only.</summary>
/// <param name="options">Says how many.</param>
/// <param name="most">How many the process can afford, whatever is configured.</param>
internal sealed class OpenLogFiles(LogOptions options, int most)
{
    private readonly LinkedList<LogAppender> _open = [];

    internal int Count => _open.Count;

    /// <summary>Closes files until another may be opened, and one for a moment beside it: its index.</summary>
    internal void MakeRoom()
    {
        while (_open.Count > 0 && _open.Count > Math.Min(options.MaxOpenFiles, most) - 2)
            _open.First!.Value.Close(this);
    }

    internal void Added(LogAppender file) => _open.AddLast(file.Node);

    internal void Removed(LogAppender file) => _open.Remove(file.Node);

    internal void Used(LogAppender file)
    {
        if (_open.Last == file.Node)
            return;
        _open.Remove(file.Node);
        _open.AddLast(file.Node);
    }

    internal void CloseAll()
    {
        while (_open.First is { } first)
            first.Value.Close(this);
    }
}
