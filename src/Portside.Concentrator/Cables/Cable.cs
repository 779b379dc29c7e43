using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Remotes;
using Portside.Lines.Uris;

namespace Portside.Concentrator.Cables;

/// <summary>A cable that is, or is to be, plugged in. Its book's lock guards it.</summary>
internal sealed class Cable(CableDefinition definition, PortRegistry ports, RemoteSystems remotes, TimeProvider time)
{
    private CableEnd? _a;
    private CableEnd? _b;
    private Remote? _line;
    private bool _lineIsB;
    private long _passedToB;
    private long _passedToA;
    private long _lost;

    public CableDefinition Definition { get; set; } = definition;

    public string? Detail { get; private set; } = "not plugged in yet";

    private bool IsPluggedIn => _line is not null || (_a is { IsAttached: true } && _b is { IsAttached: true });

    public CableStatus Status => Describe(Hindrance);

    /// <summary>Why no bytes can pass; null when they can.</summary>
    private string? Hindrance
    {
        get
        {
            if (_line is { Status: var line })
                return line.State == RemoteState.Connected ? null : line.Detail ?? State(line.State);
            if (!IsPluggedIn)
                return Detail ?? "is plugged in again soon";
            var away = new[] { _a, _b }.Select(end => end!.Port!).Where(port => !port.IsAlive).Select(port => port.Title).ToArray();
            return away.Length == 0 ? null : $"{string.Join(" and ", away)} {(away.Length == 1 ? "is" : "are")} away";
        }
    }

    private CableStatus Describe(string? hindrance) => new(
        Definition,
        hindrance is null,
        hindrance,
        _passedToB + (_a?.Passed ?? 0) + (_lineIsB ? _line?.Bytes.ToRemote ?? 0 : _line?.Bytes.ToMachine ?? 0),
        _passedToA + (_b?.Passed ?? 0) + (_lineIsB ? _line?.Bytes.ToMachine ?? 0 : _line?.Bytes.ToRemote ?? 0),
        _lost + (_a?.Lost ?? 0) + (_b?.Lost ?? 0));

    /// <summary>Plugs in what is there to be plugged in; what is not stays for the next time.</summary>
    public void Join()
    {
        if (IsPluggedIn)
            return;
        Pull("plugged in anew");
        Detail = TryJoin();
    }

    public void Pull(string reason)
    {
        var (a, b, line) = (_a, _b, _line);
        (_a, _b, _line) = (null, null, null);
        a?.End(reason);
        b?.End(reason);
        _passedToB += a?.Passed ?? 0;
        _passedToA += b?.Passed ?? 0;
        _lost += (a?.Lost ?? 0) + (b?.Lost ?? 0);
        if (line is null)
            return;
        var (toB, toA) = _lineIsB ? (line.Bytes.ToRemote, line.Bytes.ToMachine) : (line.Bytes.ToMachine, line.Bytes.ToRemote);
        (_passedToB, _passedToA) = (_passedToB + toB, _passedToA + toA);
        remotes.Drop(line);
    }

    private string? TryJoin()
    {
        if (Definition.A is null || Definition.B is null)
            return "waits for its other end";
        var (a, aLine) = Find(Definition.A);
        var (b, bLine) = Find(Definition.B);
        if (a is null && aLine is null)
            return $"{Definition.A} has not been seen yet";
        if (b is null && bLine is null)
            return $"{Definition.B} has not been seen yet";
        if ((aLine ?? bLine) is { } uri)
        {
            var port = (a ?? b)!;
            if (remotes.RefuseLine(uri) is { } forbidden)
                return forbidden;
            _line = remotes.ToLine(port, uri);
            _lineIsB = bLine is not null;
            port.Add(_line);
            _line.PortChanged();
            return null;
        }

        _a = new CableEnd(Definition.Name, b!.Title, Definition.Options, time, Random.Shared, !Definition.ByMachines);
        _b = new CableEnd(Definition.Name, a!.Title, Definition.Options, time, Random.Shared, !Definition.ByMachines);
        var refusal = Attach(a, _a) ?? Attach(b, _b);
        if (refusal is not null)
        {
            Pull("the cable's other end is not free");
            return refusal;
        }

        _a.Join(_b);
        _b.Join(_a);
        return null;
    }

    private static string State(RemoteState state) => state == RemoteState.Dialling ? "being dialled" : "the machine is not connected";

    private static string? Attach(Port port, CableEnd end) =>
        port.Attach(end, ClientMode.ReadOnlyFallback, steal: false) is { Granted: false, Refusal: var refusal } ? refusal : null;

    private (Port? Port, LineUri? Line) Find(string end)
    {
        if (SerialUri.TryParse(end, out var uri, out _) && uri is LineUri line)
            return (null, line);
        return (ports.Find(end), null);
    }
}
