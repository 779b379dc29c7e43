namespace Portside.Host.Properties;

/// <summary>What an answer still has room for: as many objects as its client wants, and as many bytes as it may have.</summary>
/// <remarks>
/// How many bytes an object takes is known when it was read, and what was read is told. So few are taken at first, and then
/// so many that they would fit if all were as large as the largest.
/// </remarks>
/// <param name="objects">Objects, at most; null for no bound.</param>
internal sealed class AnswerRoom(int? objects)
{
    /// <summary>
    /// Bytes of an answer, at most: as many as of a request. A client goes on by a token, or asks again where an answer is
    /// truncated. A single object that is larger comes whole.
    /// </summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Elements around what was read.</summary>
    private const int Frame = 256;

    /// <summary>Objects that are taken at once, at most.</summary>
    private const int MostAtOnce = 256;

    private int _objects = objects ?? int.MaxValue;
    private long _bytes = MaxBytes;
    private long _largest;
    private int _atOnce = 1;

    /// <summary>Whether another object might be too much.</summary>
    public bool IsUsed => _objects <= 0 || _bytes <= 0 || _bytes < _largest;

    /// <summary>How many objects may be read next.</summary>
    /// <returns>0 if it is used up.</returns>
    public int Next()
    {
        if (IsUsed)
            return 0;
        var count = _largest == 0 ? 1 : (int)Math.Clamp(_bytes / _largest, 1, _atOnce);
        _atOnce = Math.Min(MostAtOnce, 2 * _atOnce);
        return Math.Min(count, _objects);
    }

    /// <summary>An object is in it.</summary>
    /// <param name="bytes">Bytes of what was read of it.</param>
    public void Use(long bytes)
    {
        _objects--;
        _largest = Math.Max(_largest, bytes + Frame);
        UseFor(bytes);
    }

    /// <summary>Something that is no object is in it.</summary>
    /// <param name="bytes">Its bytes.</param>
    public void UseFor(long bytes) => _bytes -= bytes + Frame;
}
