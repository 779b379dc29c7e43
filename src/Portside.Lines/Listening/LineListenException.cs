namespace Portside.Lines.Listening;

/// <summary>A line cannot be listened for.</summary>
/// <param name="message">Why, in words, with what to change where that is known.</param>
/// <param name="holder">Who of this program holds the address already; null when nobody of it does.</param>
/// <param name="isForbidden">Whether the rules forbid it; trying again is of no use then.</param>
/// <param name="inner">What caused it; null for nothing else.</param>
public sealed class LineListenException(string message, string? holder = null, bool isForbidden = false, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>Who of this program holds the address already; null when nobody of it does.</summary>
    public string? Holder { get; } = holder;

    /// <summary>Whether the rules forbid it; trying again is of no use then.</summary>
    public bool IsForbidden { get; } = isForbidden;
}
