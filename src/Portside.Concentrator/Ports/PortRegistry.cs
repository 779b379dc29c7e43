using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;

namespace Portside.Concentrator.Ports;

/// <summary>All ports of a concentrator, and the one place that says which link owns which port.</summary>
public sealed partial class PortRegistry
{
    /// <summary>Machines that may claim one UUID and label at once; more is a mistake or an attack.</summary>
    public const int MaxInstances = 16;

    /// <summary>A link that brought bytes within this time may be alive, so a newcomer with its identity waits.</summary>
    private static readonly TimeSpan RecentTraffic = TimeSpan.FromSeconds(5);

    /// <summary>Two machines with one UUID on one host would take the port from each other for ever; one machine comes back once.</summary>
    private static readonly TimeSpan RecentTakeover = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a port that never had a name, a byte or a client outlives its link: long enough for a machine whose start
    /// is tried again, and not so long that made-up UUIDs fill the registry.
    /// </summary>
    private static readonly TimeSpan StrangersStay = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<PortId, Port> _ports = new();
    private readonly PortContext _context;
    private readonly ILogger _log;

    internal PortRegistry(PortContext context)
    {
        _context = context;
        _log = context.Log;
        context.Quarantine.Ports = this;
    }

    /// <summary>Called for each new port before anyone can see it, and for each that expired.</summary>
    internal Action<Port>? Appeared { get; set; }

    /// <inheritdoc cref="Appeared" />
    internal Action<Port>? Expired { get; set; }

    internal MigrationTable Migrations => _context.Migrations;

    internal Quarantine Quarantine => _context.Quarantine;

    /// <summary>All ports, in no order.</summary>
    public IEnumerable<Port> All => _ports.Values;

    /// <summary>How many ports there are.</summary>
    public int Count => _ports.Count;

    /// <summary>The port with this id.</summary>
    /// <param name="id">An id.</param>
    /// <param name="port">The port.</param>
    /// <returns>False when there is none.</returns>
    public bool TryGet(PortId id, [NotNullWhen(true)] out Port? port) => _ports.TryGetValue(id, out port);

    /// <summary>The port with this id.</summary>
    /// <param name="id">An id as text.</param>
    /// <returns>Null when there is none.</returns>
    public Port? Find(string id) => Parse(id) is { } parsed && TryGet(parsed, out var port) ? port : null;

    /// <summary>
    /// The ports a person may mean by <paramref name="selector"/>: one by id, its UUID in any spelling; else those of
    /// that name; else all whose id or name begins with it.
    /// </summary>
    /// <param name="selector">What was typed; a label may follow a UUID or name behind a dot.</param>
    /// <returns>None, one, or the candidates.</returns>
    public IReadOnlyList<Port> Select(string selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        var all = All.ToArray();
        if (Parse(selector) is { } id && all.FirstOrDefault(port => port.Id == id) is { } meant)
            return [meant];
        var named = all.Where(port => string.Equals(port.Title, selector, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (named.Length > 0 || selector.Length == 0)
            return named;

        var hex = selector.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        return
        [
            .. all.Where(port => (hex.Length > 0 && port.Id.ToString().StartsWith(hex, StringComparison.OrdinalIgnoreCase))
                || port.Title.StartsWith(selector, StringComparison.OrdinalIgnoreCase)),
        ];
    }

    /// <summary>Ends migrations that take too long.</summary>
    internal void TidyMigrations()
    {
        foreach (var migration in Migrations.All)
        {
            if (_context.Time.GetElapsedTime(migration.Begun) >= _context.Options.Migration.Timeout)
                migration.Port.ExpireMigration(migration);
        }
    }

    /// <summary>Gives back memory of past floods, and forgets ports that nobody has used for long.</summary>
    internal void TidyPorts()
    {
        var now = _context.Time.GetUtcNow();
        var since = now - _context.Options.Console.ExpireAfter;
        var strangersSince = now - StrangersStay;
        foreach (var port in All)
        {
            port.Recording.Trim();
            if (!port.TryForget(since, strangersSince))
                continue;
            LogExpired(port.Title);
            Remove(port);
        }
    }

    /// <summary>Forgets a port that never served anybody.</summary>
    internal void TidyUnserved(Port port)
    {
        if (port.TryForgetUnserved())
            Remove(port);
    }

    private void Remove(Port port)
    {
        // Whoever comes back meanwhile still finds the forgotten port, and waits until it is out of the way.
        try
        {
            Expired?.Invoke(port);
        }
        finally
        {
            _ports.TryRemove(KeyValuePair.Create(port.Id, port));
        }

        _ = port.Log?.DisposeAsync().AsTask();
    }

    /// <summary>The port of an identity, made if new.</summary>
    internal Port GetOrAdd(PortId id) => GetOrAdd(id, int.MaxValue)!;

    /// <summary>The port of an identity, made if new; null when it would be one more than <paramref name="most"/>.</summary>
    private Port? GetOrAdd(PortId id, int most)
    {
        if (_ports.TryGetValue(id, out var known))
            return known;
        lock (_ports)
        {
            if (_ports.TryGetValue(id, out known))
                return known;
            if (_ports.Count >= most)
                return null;
            var port = new Port(id, _context);
            Appeared?.Invoke(port);
            return _ports[id] = port;
        }
    }

    /// <summary>
    /// Gives a freshly started machine its port. Of two links with one identity the newest wins, unless the older one
    /// shows that it is alive: then they are two machines with one UUID, and the newer gets a port of its own, or none
    /// where an inventory says that there is only one.
    /// </summary>
    /// <returns>The port; null when too many machines claim this identity, or the link is held.</returns>
    internal async ValueTask<Port?> ClaimAsync(Link link, PortId id)
    {
        for (var instance = 1; instance <= MaxInstances; instance++)
        {
            if (await TryClaimAsync(id.WithInstance(instance), link) is { } port)
            {
                if (instance > 1)
                {
                    LogClone(port.Title, link.Address);
                    Quarantine.NoteSecond();
                }

                return port;
            }

            if (link.EndReason != LinkEnd.None || link.IsRejected)
                return null;
            if (Quarantine.IsStrict && !link.IsAdmittedByHand)
            {
                Quarantine.HoldSecond(link, id, TryGet(id, out var taken) ? taken.Owner : null);
                return null;
            }
        }

        link.Reject(
            LinkEnd.Refused,
            "too-many-clones",
            $"{MaxInstances} machines with UUID {id.DisplayUuid} are alive already.");
        return null;
    }

    /// <summary>A whole id, its UUID in any spelling: <c>uuid</c>, <c>uuid.label</c>, <c>uuid#2</c>.</summary>
    private static PortId? Parse(string selector)
    {
        var hash = selector.LastIndexOf('#');
        var instance = 1;
        if (hash >= 0 && !int.TryParse(selector.AsSpan(hash + 1), CultureInfo.InvariantCulture, out instance))
            return null;
        var rest = hash < 0 ? selector : selector[..hash];
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        return PortId.TryCreate(dot < 0 ? rest : rest.AsSpan(0, dot), dot < 0 ? null : rest[(dot + 1)..], out var id)
            ? id.WithInstance(instance)
            : null;
    }

    /// <summary>Takes a port, if need be from a link that gives no sign of life; null when its owner is alive.</summary>
    private async ValueTask<Port?> TryClaimAsync(PortId id, Link link)
    {
        Link? silent = null;
        string? overruled = null;
        while (link.EndReason == LinkEnd.None)
        {
            // Bound first: from the moment the port knows the link, its bytes must find their way.
            if (GetOrAdd(id, _context.Options.Vm.MaxPorts) is not { } port)
            {
                link.Bind(null);
                link.Reject(LinkEnd.Refused, "too-many-ports", $"There are {_context.Options.Vm.MaxPorts} ports, as many as allowed (vm.maxPorts).");
                return null;
            }

            link.Bind(port);
            var result = port.Take(link, silent, overruled, out var owner);
            if (result == TakeResult.Taken)
                return port;
            if (Quarantine.Overrules(owner, link, id) && result is TakeResult.Moving or TakeResult.Owned)
            {
                (silent, overruled) = (owner, "by the inventory");
                continue;
            }

            if (result == TakeResult.Moving)
                break;
            if (result == TakeResult.Forgotten)
            {
                // It is about to leave the registry.
                await Task.Yield();
                continue;
            }

            // Judged anew whenever somebody else took it meanwhile, such as another attempt of the same machine.
            if (await IsAliveAsync(port, owner!, link))
                break;
            (silent, overruled) = (owner, null);
        }

        link.Bind(null);
        return null;
    }

    /// <summary>
    /// A reconnecting machine's old connection ends or stays silent while we wait; a clone's goes on talking. A claim from
    /// another address than the owner's may be anybody's, so that the owner is asked first, however long it was silent; so it
    /// is when the port changed hands just now, and where the guard lets but one of them have it.
    /// </summary>
    private async ValueTask<bool> IsAliveAsync(Port port, Link owner, Link newcomer)
    {
        if (!newcomer.ComesFromWhere(owner) || Quarantine.IsStrict || port.WasReplaced(RecentTakeover))
        {
            var answer = port.AnswersAsync(owner);
            return await Task.WhenAny(answer, newcomer.Ended) == answer && await answer;
        }

        if (_context.Time.GetElapsedTime(owner.LastReceived) >= RecentTraffic)
            return false;
        var asked = owner.LastReceived;
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(owner.Ended, newcomer.Ended, Task.Delay(_context.Options.Vm.TakeoverGrace, _context.Time, enough.Token));
        await enough.CancelAsync();
        return owner.EndReason == LinkEnd.None && owner.LastReceived > asked;
    }

    [LoggerMessage(210, LogLevel.Warning, "{Port}: two live machines claim one UUID; the one at {Source} gets a port of its own")]
    private partial void LogClone(string port, string source);

    [LoggerMessage(211, LogLevel.Information, "{Port} has not been used for a long time and is forgotten")]
    private partial void LogExpired(string port);
}
