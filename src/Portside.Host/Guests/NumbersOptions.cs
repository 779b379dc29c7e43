namespace Portside.Host.Guests;

/// <summary>How a <see cref="NumbersGuest"/> speaks.</summary>
public sealed record NumbersOptions
{
    /// <summary>Records a second; 0 for as many as the line takes; default 100.</summary>
    public double RecordsPerSecond { get; init; } = 100;

    /// <summary>Records are sent in bursts this far apart, or one by one if that is slower; default 10 ms.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Padding of each record, in bytes, both ways; default 0.</summary>
    public int Padding { get; init; }

    /// <summary>Records after which it falls silent; null, the default, for never.</summary>
    public long? Limit { get; init; }

    /// <summary>
    /// Whether it speaks only while the proxy serves the line; default true, or what is said to nobody would count as lost.
    /// </summary>
    public bool OnlyWhileConnected { get; init; } = true;

    /// <summary>Whether the stream it receives must start at record 0; default false: joined anywhere.</summary>
    public bool ExpectFromStart { get; init; }
}
