using System.Diagnostics;

namespace Portside.Load.Reports;

/// <summary>Raw durations in timestamps; percentiles come from all of them, sorted, and not from a histogram.</summary>
internal sealed class Samples
{
    private readonly List<long> _ticks = [];
    private readonly Lock _changes = new();
    private bool _sorted;

    public int Count
    {
        get
        {
            lock (_changes)
                return _ticks.Count;
        }
    }

    public void Add(long ticks)
    {
        lock (_changes)
        {
            _ticks.Add(ticks);
            _sorted = false;
        }
    }

    /// <summary>The smallest sample that is not less than this share of all (nearest rank), in milliseconds.</summary>
    /// <param name="percent">Above 0, up to 100.</param>
    /// <exception cref="InvalidOperationException">There are no samples.</exception>
    public double Milliseconds(double percent)
    {
        lock (_changes)
        {
            if (_ticks.Count == 0)
                throw new InvalidOperationException("Nothing was measured.");
            if (!_sorted)
                _ticks.Sort();
            _sorted = true;
            var rank = (int)Math.Ceiling(percent / 100 * _ticks.Count) - 1;
            return _ticks[rank] * 1000.0 / Stopwatch.Frequency;
        }
    }
}
