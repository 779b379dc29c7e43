namespace Portside.Concentrator.Links;

/// <summary>
/// How many sockets machines, clients and console telnet ports may take together: the process's limit of open files, less
/// a reserve. A runtime that finds no descriptor for its own needs ends the process, so peers must never get the last one.
/// </summary>
/// <param name="limit">Open files the process may have; null when nothing limits them.</param>
public sealed class DescriptorBudget(long? limit)
{
    /// <summary>Least number of descriptors kept back: the runtime, the database, open logs, a start of HTTP.</summary>
    private const int LeastReserve = 256;

    private readonly long _most = limit is { } files ? Math.Max(files / 4, files - Math.Max(LeastReserve, files / 4)) : long.MaxValue;
    private long _taken;

    /// <summary>WebSockets that the reserve has room for, from 32 up to 4,096.</summary>
    public int WebSockets => (int)Math.Clamp((limit ?? long.MaxValue) / 8, 32, 4096);

    /// <summary>Log files that the reserve has room for, 8 and up.</summary>
    public int LogFiles => (int)Math.Clamp((limit ?? long.MaxValue) / 8, 8, int.MaxValue);

    /// <summary>Sockets that peers can have at most.</summary>
    public long Most => _most;

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
        if (Interlocked.Increment(ref _taken) <= _most)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>Gives one back.</summary>
    public void Give() => Interlocked.Decrement(ref _taken);
}
