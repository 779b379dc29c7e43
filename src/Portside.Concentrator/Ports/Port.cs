using Microsoft.Extensions.Logging;
using Portside.Concentrator.Cables;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;
using Portside.Concentrator.Recording;
using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Ports;

/// <summary>
/// A virtual machine's serial port as users know it. It outlives links and clients; a migration swaps its link in one
/// step, and clients notice nothing.
/// </summary>
/// <remarks>
/// Everything changes under one lock, without awaiting and without calling out. Bytes from the machine go to the
/// recording; bytes for the machine wait in one queue, from which only the link that owns the port may take, and
/// during a migration nobody: that queue is the hold buffer, so no byte can reach two hosts.
/// </remarks>
public sealed partial class Port
{
    /// <summary>Latest takeovers that stay among the notes, so that an administrator sees them and nobody fills memory by them.</summary>
    private const int MaxTakeoverNotes = 5;

    private static readonly TimeSpan RememberConnectedEvery = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly PortContext _context;
    private readonly ILogger _log;
    private readonly ByteQueue _input;
    private List<TaskCompletionSource>? _waitingForRoom;
    private Client[] _clients = [];
    private Link? _link;
    private Link? _retired;
    private PortMigration? _migration;
    private string? _name;
    private string? _direction;
    private string? _serviceUri;
    private string[] _notes = [];
    private string[] _takeoverNotes = [];
    private int _takeovers;
    private Link? _asked;
    private Task<bool>? _answer;
    private bool _hadClients;
    private bool _wasServed;
    private DateTimeOffset? _connectedSince;
    private DateTimeOffset? _lastByteAt;
    private long _bytesFromMachine;
    private long _bytesToMachine;
    private long _bytesDiscarded;
    private int _migrations;
    private bool _isForgotten;
    private DateTimeOffset _rememberedAt;
    private long _replacedAt;
    private string? _rememberedName;
    private LineSettings _rememberedLine;

    internal Port(PortId id, PortContext context)
    {
        Id = id;
        _context = context;
        _log = context.Log;
        _input = new ByteQueue(context.Options.Migration.HoldBytes);
        Recording = new PortRecording(context.Options.Console.ReplayBytes, context.Options.Console.LagBytes);
        Log = context.Logs?.Open(id, Recording);
        LastUsed = context.Time.GetUtcNow();
    }

    /// <summary>Who the port is.</summary>
    public PortId Id { get; }

    /// <summary>What the machine said.</summary>
    public PortRecording Recording { get; }

    /// <summary>The port's log; null when logging is off.</summary>
    public PortLog? Log { get; }

    /// <summary>The port's own telnet port; null when it has none.</summary>
    public int? TelnetPort { get; internal set; }

    /// <summary>The machine's display name, safe to show; null until it told one.</summary>
    public string? Name => Volatile.Read(ref _name);

    /// <summary>When a link or client last came or went, UTC.</summary>
    internal DateTimeOffset LastUsed { get; private set; }

    /// <summary>The name if there is one, else the UUID: what people and logs call the port.</summary>
    public string Title
    {
        get
        {
            var suffix = (Id.Label is null ? "" : $".{Id.Label}") + (Id.Instance == 1 ? "" : $"#{Id.Instance}");
            return (Name ?? Id.DisplayUuid) + suffix;
        }
    }

    /// <summary>The port as it is now.</summary>
    /// <returns>A snapshot.</returns>
    public PortSnapshot Snapshot()
    {
        lock (_lock)
        {
            return new PortSnapshot
            {
                Id = Id,
                Name = _name,
                State = State,
                Direction = _direction,
                ServiceUri = _serviceUri,
                Source = _link?.Address,
                Tls = _link?.Tls,
                ConnectedSince = _link is null ? null : _connectedSince,
                BytesFromMachine = _bytesFromMachine,
                BytesToMachine = _bytesToMachine,
                BytesDiscarded = _bytesDiscarded,
                LastByteAt = _lastByteAt,
                TelnetPort = TelnetPort,
                Clients = _clients,
                Migrations = _migrations,
                Notes = [.. _notes, .. _takeoverNotes, .. _context.Quarantine.NotesOf(Id)],
                Line = _machineLine != default ? _machineLine : _line,
                IsLineTold = _machineLine != default,
                Remotes = [.. _remotes.Select(remote => remote.Status)],
            };
        }
    }

    private PortState State => _migration is { Holds: true } ? PortState.Migrating
        : _link is not null ? PortState.Connected
        : PortState.Disconnected;

    /// <summary>Whether a restart would have forgotten something: use, the name, or that a machine was here all day.</summary>
    internal bool IsDirty(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_link is not null && now - _rememberedAt > RememberConnectedEvery)
                LastUsed = now;
            return LastUsed > _rememberedAt || _name != _rememberedName || _machineLine != _rememberedLine;
        }
    }

    /// <summary>What to remember; what changed so far counts as remembered.</summary>
    internal (string? Name, LineSettings Line) TakeMemory()
    {
        lock (_lock)
        {
            _rememberedAt = LastUsed;
            return (_rememberedName = _name, _rememberedLine = _machineLine);
        }
    }

    /// <summary>What is known of the port from before a restart.</summary>
    internal void Restore(string? name, DateTimeOffset lastUsed, LineSettings line = default)
    {
        var logged = Log?.LastWrittenAt;
        lock (_lock)
        {
            _name ??= name;
            _lastByteAt ??= logged;
            _line = _machineLine = _rememberedLine = line;
            _rememberedName = _name;
            LastUsed = _rememberedAt = lastUsed;
            _wasServed = true;
        }
    }

    /// <summary>
    /// Ends the port's life if nobody has used it since <paramref name="since"/>, or since <paramref name="strangersSince"/>
    /// if it never had a name, a byte or a client; it takes no link or client after that.
    /// </summary>
    /// <returns>Whether it ended now; what follows from that is the caller's, once.</returns>
    internal bool TryForget(DateTimeOffset since, DateTimeOffset strangersSince)
    {
        lock (_lock)
        {
            if (_isForgotten)
                return false;
            var isStranger = _name is null && _bytesFromMachine == 0 && !_hadClients;
            return _isForgotten = _link is null && _migration is null && _clients.All(client => client is CableEnd { KeepsPort: false })
                && LastUsed < (isStranger ? strangersSince : since);
        }
    }

    /// <summary>Ends the port's life if it never served anybody: what the machine that claimed it asked for could not be had.</summary>
    /// <returns>Whether it ended now; what follows from that is the caller's, once.</returns>
    internal bool TryForgetUnserved()
    {
        lock (_lock)
        {
            if (_isForgotten)
                return false;
            return _isForgotten = !_wasServed && _link is null && _migration is null && _clients.Length == 0;
        }
    }

    /// <summary>A link that took the port has what it asked for.</summary>
    internal void Serve()
    {
        lock (_lock)
            _wasServed = true;
    }

    /// <summary>The machine told its name; only the one that runs the port names it.</summary>
    internal void Rename(Link link, string name)
    {
        lock (_lock)
        {
            if (_link == link)
                _name = _context.NameOf(Id) ?? name;
        }
    }

    /// <summary>Somebody who knows better than the machine tells its name.</summary>
    /// <param name="name">The name, as it came.</param>
    public void Rename(string name)
    {
        if (Diagnostics.PeerText.CleanName(name) is not { } clean)
            return;
        lock (_lock)
            _name = clean;
    }

    private static void Tell(Client[] clients, string notice)
    {
        foreach (var client in clients)
        {
            client.Notice(notice);
            client.OnLineChanged();
        }
    }
}
