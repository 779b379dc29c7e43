using System.Diagnostics;
using System.Globalization;
using Portside.Load.Targets;

namespace Portside.Load.Reports;

/// <summary>
/// How much of the processors went to neither the load generator nor its target: a figure taken while something else
/// ran is worth little, and this says so.
/// </summary>
internal sealed class Bystanders
{
    /// <summary>The kernel's USER_HZ.</summary>
    private const int TicksPerSecond = 100;

    private readonly Target _target;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _others;

    public Bystanders(Target target)
    {
        _target = target;
        _others = Others();
    }

    /// <summary>Their share of all cores since the start, in percent.</summary>
    public Measurement Measure()
    {
        var share = (Others() - _others) / Stopwatch.GetElapsedTime(_start) / Environment.ProcessorCount * 100;
        // The kernel counts in hundredths of a second, each process apart: a little less than none is none.
        return new Measurement("processors taken by others", "%", Math.Max(0, share));
    }

    private TimeSpan Others() => Busy() - Environment.CpuUsage.TotalTime - (_target.Sample()?.Cpu ?? TimeSpan.Zero);

    /// <summary>User, nice, system and stolen time of all cores; interrupts are nobody's.</summary>
    private static TimeSpan Busy()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ticks = new[] { 1, 2, 3, 8 }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }
}
