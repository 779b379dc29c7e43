using Portside.Load.Reports;
using Portside.Load.Targets;

namespace Portside.Load.Scenarios;

/// <summary>One thing to measure, on whatever target it is given.</summary>
internal abstract class Scenario
{
    /// <summary>Its name in the report.</summary>
    public abstract string Name { get; }

    /// <summary>The floor can play it too.</summary>
    public virtual bool HasFloor => true;

    /// <summary>A concentrator started for it listens for console clients.</summary>
    public virtual bool NeedsConsoles => true;

    /// <summary>How long the measured part runs, where that is not given by a count.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    public abstract Task<Outcome> MeasureAsync(Target target, CancellationToken cancellation);

    /// <summary>Processor time that the target used since <paramref name="before"/>, in microseconds for each of so many.</summary>
    protected static IEnumerable<Measurement> CpuEach(Target target, ProcessSample? before, double count, string name)
    {
        if (before is { } start && target.Sample() is { } now && count > 0)
            yield return new Measurement(name, "µs", (now.Cpu - start.Cpu).TotalMicroseconds / count);
    }
}
