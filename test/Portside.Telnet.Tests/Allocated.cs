namespace Portside.Telnet.Tests;

/// <summary>Measures what a piece of code leaves on the heap.</summary>
internal static class Allocated
{
    /// <summary>Bytes that <paramref name="action"/> allocates on this thread once it is warm.</summary>
    /// <remarks>
    /// The least of three runs: a collection between two of them may have emptied the array pool, which is the pool's
    /// doing and not the action's.
    /// </remarks>
    public static long By(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
