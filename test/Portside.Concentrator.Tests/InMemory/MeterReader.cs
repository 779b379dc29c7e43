using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Portside.Concentrator.Diagnostics;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>Adds up what one concentrator measures: <c>portside.clients{mode=read-write,via=test}</c> and so on.</summary>
internal sealed class MeterReader : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly MeterListener _listener = new();

    public MeterReader(ConcentratorMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        _listener.Start();
    }

    public long this[string name] => _sums.GetValueOrDefault(name);

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        if (!tags.IsEmpty)
            name += $"{{{string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}}}";
        _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
