namespace Portside.Concentrator.Links;

/// <summary>
/// How many sockets machines, clients and console telnet ports may take together: the process's limit of open files, less
/// a reserve. A runtime that finds no descriptor for its own needs ends the process, so peers must never get the last one.
/// </summary>
/// <param name="limit">Open files the process may have; null when nothing limits them.</param>
public sealed class DescriptorBudget(long? limit)
{
    /// <summary>The least limit under which there is something to give; less ends at start, with words, and not under load.</summary>
    public const int LeastLimit = 512;

    /// <summary>
    /// What the program opens for itself: some 210 once everything is loaded, in a build that is neither native nor a
    /// single file and holds each of its libraries open.
    /// </summary>
    private const int Own = 256;

    /// <summary>No kind of what is reserved gets more than this, however high the limit.</summary>
    private const int MostOfAKind = 4096;

    /// <summary>Those of a command line or a scrape last a moment; more than this at once are an attack or a mistake.</summary>
    private const int MostHttpConnections = 128;

    private long _taken;

    /// <summary>Sockets that peers can have at most: what the program, HTTP, WebSockets and logs may need is not among them.</summary>
    public long Most { get; } = limit is { } files
        ? Math.Max(1, files - Own - OneEighth(files, MostOfAKind) - OneEighth(files, MostOfAKind) - OneEighth(files, MostHttpConnections))
        : long.MaxValue;

    /// <summary>HTTP connections that there is room for, WebSockets not counted.</summary>
    public int HttpConnections => OneEighth(limit, MostHttpConnections);

    /// <summary>WebSockets that there is room for.</summary>
    public int WebSockets => OneEighth(limit, MostOfAKind);

    /// <summary>Log files that there is room for.</summary>
    public int LogFiles => OneEighth(limit, MostOfAKind);

    /// <summary>Why the program cannot serve under this limit, and what to do; null when it can.</summary>
    public string? Shortage => limit < LeastLimit
        ? $"The limit of open files is {limit}, too low to serve anybody: raise it to {LeastLimit} at least, better to three for each machine, with LimitNOFILE (systemd) or ulimit -n"
        : null;

    /// <summary>The budget of this process.</summary>
    /// <returns>From <c>/proc/self/limits</c>; without that file, unlimited.</returns>
    public static DescriptorBudget OfProcess()
    {
        const string limits = "/proc/self/limits";
        if (!File.Exists(limits))
            return new(null);
        var line = File.ReadLines(limits).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        return new(long.TryParse(line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], out var files) ? files : null);
    }

    /// <summary>Takes one descriptor, if one is to be had.</summary>
    /// <returns>False when peers have as many as they may.</returns>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= Most)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>Gives one back.</summary>
    public void Give() => Interlocked.Decrement(ref _taken);

    private static int OneEighth(long? limit, int most) => (int)Math.Clamp((limit ?? long.MaxValue) / 8, 1, most);
}
