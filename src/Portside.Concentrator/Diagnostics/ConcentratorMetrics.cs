using System.Diagnostics.Metrics;
using System.Text.Json;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Lines.Dialling;

namespace Portside.Concentrator.Diagnostics;

/// <summary>What the concentrator measures, under the meter <see cref="MeterName"/>. No tag ever names a port.</summary>
public sealed class ConcentratorMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Portside.Concentrator";

    private readonly UpDownCounter<int> _links;
    private readonly Counter<long> _linksEnded;
    private readonly Counter<long> _fromMachines;
    private readonly Counter<long> _toMachines;
    private readonly Counter<long> _migrations;
    private readonly Histogram<double> _goAhead;
    private readonly Counter<long> _rejected;
    private readonly UpDownCounter<int> _clients;
    private readonly Counter<long> _missed;
    private readonly Counter<long> _late;
    private readonly UpDownCounter<int> _remotes;
    private readonly Counter<long> _remotesEnded;
    private readonly UpDownCounter<int> _quarantined;
    private readonly Counter<long> _quarantineDropped;
    private readonly Counter<long> _guardAlarms;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">The factory that owns the meter.</param>
    public ConcentratorMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        _links = Meter.CreateUpDownCounter<int>("portside.links", "{link}", "Connections from virtual machines.");
        _linksEnded = Meter.CreateCounter<long>("portside.links.ended", "{link}", "Links that ended, by reason.");
        _fromMachines = Meter.CreateCounter<long>("portside.received", "By", "Serial bytes received from machines.");
        _toMachines = Meter.CreateCounter<long>("portside.sent", "By", "Serial bytes sent to machines.");
        _migrations = Meter.CreateCounter<long>("portside.migrations", "{migration}", "vMotions that ended, by result.");
        _goAhead = Meter.CreateHistogram<double>(
            "portside.migration.answer",
            "s",
            "Time from reading BEGIN to handing GOAHEAD to the connection.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
            });
        _rejected = Meter.CreateCounter<long>("portside.rejected", "{link}", "Refused attempts on the VM side, by reason.");
        _clients = Meter.CreateUpDownCounter<int>("portside.clients", "{client}", "Attached clients, by mode and way in.");
        _missed = Meter.CreateCounter<long>("portside.clients.missed", "By", "Bytes that slow clients missed.");
        _late = Meter.CreateCounter<long>("portside.migration.late", "By", "Bytes of a vMotion's source that came too late to be in order.");
        _remotes = Meter.CreateUpDownCounter<int>("portside.remotes", "{connection}", "Connections with remote systems that service URIs name, by direction.");
        _remotesEnded = Meter.CreateCounter<long>("portside.remotes.ended", "{connection}", "Connections with remote systems that ended or never came about, by reason.");
        _quarantined = Meter.CreateUpDownCounter<int>("portside.quarantined.links", "{link}", "Links kept apart, as they are not the machines they claim to be.");
        _quarantineDropped = Meter.CreateCounter<long>("portside.quarantined.dropped", "By", "Serial bytes of links kept apart, which went nowhere.");
        _guardAlarms = Meter.CreateCounter<long>("portside.guard.alarms", "{link}", "Links whose claim to a port was found wrong, or could not be verified in time, by reason.");
    }

    /// <summary>The meter, for gauges of other parts.</summary>
    public Meter Meter { get; }

    /// <summary>
    /// Records a zero where nothing has happened yet, so that whoever watches finds every series from the start. To be
    /// called once those who listen to the meter do.
    /// </summary>
    public void Begin()
    {
        _links.Add(0);
        foreach (var reason in Enum.GetValues<LinkEnd>().Where(e => e != LinkEnd.None))
            _linksEnded.Add(0, Reason(reason.ToString()));
        foreach (var result in (ReadOnlySpan<string>)["completed", "aborted", "expired", "not-now", "restarted", "superseded"])
            MigrationEnded(result, 0);
        foreach (var reason in (ReadOnlySpan<string>)[
            "tls-failed", "tls-refused", "tls-late", "not-allowed", "too-many-links", "too-many-files", "service-uri", "direction",
            "dial-not-allowed", "listen-not-allowed", "address-taken", "cable-full",
        ])
            _rejected.Add(0, Reason(reason));
        foreach (var mode in ClientModes.All)
        {
            foreach (var via in (ReadOnlySpan<string>)["telnet", "websocket", "remote", "cable"])
                _clients.Add(0, new("mode", mode), new("via", via));
        }

        foreach (var direction in (ReadOnlySpan<string>)["client", "server"])
            _remotes.Add(0, new KeyValuePair<string, object?>("direction", direction));
        foreach (var reason in Enum.GetNames<DialFailure>())
            _remotesEnded.Add(0, Reason(reason));
        _remotesEnded.Add(0, Reason("Closed"));

        _quarantined.Add(0);
        foreach (var reason in (ReadOnlySpan<string>)["unknown-uuid", "other-host", "second-claim", "unverified"])
            _guardAlarms.Add(0, Reason(reason));
        foreach (var counter in new[] { _fromMachines, _toMachines, _missed, _late, _quarantineDropped })
            counter.Add(0);
    }

    internal void LinkStarted() => _links.Add(1);

    internal void LinkEnded(string reason)
    {
        _links.Add(-1);
        _linksEnded.Add(1, Reason(reason));
    }

    internal void Received(int bytes) => _fromMachines.Add(bytes);

    internal void Sent(int bytes) => _toMachines.Add(bytes);

    internal void MigrationEnded(string result, int times = 1) =>
        _migrations.Add(times, new KeyValuePair<string, object?>("result", result));

    internal void Answered(TimeSpan time) => _goAhead.Record(time.TotalSeconds);

    internal void Rejected(string reason) => _rejected.Add(1, Reason(reason));

    internal void ClientAttached(string mode, string via) => _clients.Add(1, new("mode", mode), new("via", via));

    internal void ClientDetached(string mode, string via) => _clients.Add(-1, new("mode", mode), new("via", via));

    internal void Quarantined(int links) => _quarantined.Add(links);

    internal void QuarantineDropped(int bytes) => _quarantineDropped.Add(bytes);

    internal void GuardAlarmed(string reason) => _guardAlarms.Add(1, Reason(reason));

    internal void Missed(long bytes) => _missed.Add(bytes);

    internal void Late(int bytes) => _late.Add(bytes);

    internal void RemoteConnected(string direction) => _remotes.Add(1, new KeyValuePair<string, object?>("direction", direction));

    internal void RemoteClosed(string direction)
    {
        _remotes.Add(-1, new KeyValuePair<string, object?>("direction", direction));
        RemoteEnded("Closed");
    }

    internal void RemoteEnded(string reason) => _remotesEnded.Add(1, Reason(reason));

    /// <summary>In one spelling, whatever it is called in the code: <c>peer-closed</c>.</summary>
    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", JsonNamingPolicy.KebabCaseLower.ConvertName(reason));
}
