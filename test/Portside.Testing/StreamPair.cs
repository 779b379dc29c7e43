namespace Portside.Testing;

/// <summary>
/// A connection in memory: what is written to one end is read from the other, as over a socket, but without a network
/// and with a buffer as small as a test wants it.
/// </summary>
/// <remarks>
/// Each direction holds at most <c>capacity</c> bytes; a writer waits beyond that. A zero-byte read completes when a
/// byte, the end or a failure is there. Ends may be used from different threads; each end has one reader and one writer.
/// </remarks>
public sealed class StreamPair : IDisposable
{
    /// <summary>Two connected ends.</summary>
    /// <param name="capacity">Bytes each direction holds before its writer waits; at least 1.</param>
    public StreamPair(int capacity = 65_536)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        var toNear = new BoundedBytes(capacity);
        var toFar = new BoundedBytes(capacity);
        Near = new PairedStream(toNear, toFar);
        Far = new PairedStream(toFar, toNear);
    }

    /// <summary>The end under test.</summary>
    public PairedStream Near { get; }

    /// <summary>The end a script plays.</summary>
    public PairedStream Far { get; }

    /// <summary>Closes both ends.</summary>
    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
