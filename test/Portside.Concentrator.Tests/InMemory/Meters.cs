using System.Diagnostics.Metrics;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>A factory for one concentrator's meter, so that tests do not see each other's figures.</summary>
internal sealed class Meters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(m => m.Dispose());
}
