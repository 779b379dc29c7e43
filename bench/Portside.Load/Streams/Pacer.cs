using System.Diagnostics;

namespace Portside.Load.Streams;

/// <summary>
/// One thread that gives many streams their turns at a steady rate, spread evenly: a thousand machines at the speed of
/// a serial line need no timer and no task each.
/// </summary>
internal sealed class Pacer : IDisposable
{
    /// <summary>A pacer that cannot keep up drops turns beyond this instead of making a burst of them.</summary>
    private static readonly TimeSpan MaxLag = TimeSpan.FromMilliseconds(500);

    private readonly IReadOnlyList<IPaced> _streams;
    private readonly double _ticksPerSecond;
    private readonly Thread _thread;
    private volatile bool _stopped;

    /// <param name="streams">Who gets turns.</param>
    /// <param name="ticksEach">Turns a second for each of them.</param>
    public Pacer(IReadOnlyList<IPaced> streams, int ticksEach)
    {
        _streams = streams;
        _ticksPerSecond = (double)streams.Count * ticksEach;
        _thread = new Thread(Run) { IsBackground = true, Name = "pacer" };
        _thread.Start();
    }

    /// <summary>Returns when no tick is under way any more.</summary>
    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Run()
    {
        var start = Stopwatch.GetTimestamp();
        var done = 0L;
        while (!_stopped)
        {
            var due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * _ticksPerSecond);
            done = Math.Max(done, due - (long)(MaxLag.TotalSeconds * _ticksPerSecond));
            for (; done < due && !_stopped; done++)
                _streams[(int)(done % _streams.Count)].Tick();
            Thread.Sleep(1);
        }
    }
}
