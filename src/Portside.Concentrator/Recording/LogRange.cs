namespace Portside.Concentrator.Recording;

/// <summary>Which part of a port's log to read, and whether to go on with what is yet to come.</summary>
/// <remarks>The default value is the whole log up to now. <see cref="Tail"/> wins where both limits are given.</remarks>
public readonly record struct LogRange
{
    /// <summary>The last so many bytes, over all files kept; null: no such limit.</summary>
    public long? Tail { get; init; }

    /// <summary>What was written from this time on, with at most one second's output before it; null: no such limit.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether the reading waits for more at the end; it then ends by cancellation only.</summary>
    public bool Follow { get; init; }
}
