using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Remotes;
using Portside.Lines.Uris;

namespace Portside.Concentrator.Cables;

/// <summary>All cables of a concentrator, kept in <c>cables.json</c> of the state directory.</summary>
public sealed partial class CableBook
{
    /// <summary>Cables at most: each joined one has two clients that read and write.</summary>
    public const int MaxCables = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Cable> _cables = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _file;
    private readonly PortRegistry _ports;
    private readonly RemoteSystems _remotes;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private bool _isChanged;

    internal CableBook(
        string stateDirectory, PortRegistry ports, RemoteSystems remotes, TimeProvider time, ILogger log)
    {
        _file = Path.Combine(stateDirectory, "cables.json");
        (_ports, _remotes, _time, _log) = (ports, remotes, time, log);
        foreach (var definition in Load())
            _cables[definition.Name] = Make(definition);
    }

    /// <summary>All cables, by name.</summary>
    public IReadOnlyList<CableStatus> All
    {
        get
        {
            lock (_lock)
                return [.. _cables.Values.Select(cable => cable.Status).OrderBy(cable => cable.Definition.Name, StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <summary>Plugs in a new cable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="a">A port, as people select one, or the URI of a line outside.</param>
    /// <param name="b">The same for the other end; one of both is a port.</param>
    /// <param name="options">What makes it worse than it is.</param>
    /// <returns>The cable.</returns>
    /// <exception cref="CableException">The name is taken or none, or an end cannot be plugged in.</exception>
    public CableStatus Add(string name, string a, string b, CableOptions options)
    {
        if (!CableUri.IsName(name))
            throw new CableException($"'{name}' is not a cable's name: 1 to 64 letters, digits, '.', '_' and '-'.");
        var (first, second) = (Meant(a), Meant(b));
        if (first == second)
            throw new CableException("Both ends of the cable are the same.");
        Check(options);
        if (options != CableOptions.None && (IsLine(first) || IsLine(second)))
            throw new CableException("Delay, loss and baud are for cables between two ports; a line outside has its own speed.");
        if (IsLine(first) && IsLine(second))
            throw new CableException("Both ends are lines outside; one end of a cable is a port. To join two lines, use socat or the like.");
        foreach (var end in new[] { first, second })
        {
            if (SerialUri.TryParse(end, out var uri, out _) && uri is LineUri line && _remotes.RefuseLine(line) is { } refusal)
                throw new CableException(refusal);
        }

        lock (_lock)
        {
            if (_cables.TryGetValue(name, out var known))
                throw new CableException($"There is a cable {known.Definition.Name} already.", isTaken: true);
            if (_cables.Count >= MaxCables)
                throw new CableException($"There are {MaxCables} cables, as many as allowed.", isTaken: true);
            foreach (var end in new[] { first, second })
            {
                if (Holder(end) is { } holder)
                    throw new CableException($"{end} is plugged into cable {holder.Definition.Name} already.", isTaken: true);
            }

            var cable = Make(new CableDefinition(name, first, second, options, ByMachines: false));
            _cables[name] = cable;
            cable.Join();
            Save();
            LogAdded(name, first, second);
            return cable.Status;
        }
    }

    /// <summary>Pulls a cable out and forgets it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>False when there is none.</returns>
    public bool Remove(string name)
    {
        lock (_lock)
        {
            if (!_cables.Remove(name, out var cable))
                return false;
            cable.Pull($"cable {cable.Definition.Name} was pulled");
            Save();
            LogRemoved(cable.Definition.Name);
            return true;
        }
    }

    /// <summary>A machine asks for one end of a cable by its service URI.</summary>
    /// <returns>Why it does not get one; null when it does.</returns>
    internal RemoteRefusal? Plug(Port port, string name)
    {
        var id = port.Id.ToString();
        lock (_lock)
        {
            if (!_cables.TryGetValue(name, out var cable))
            {
                if (_cables.Count >= MaxCables)
                    return new("cable-full", $"There are {MaxCables} cables, as many as allowed.");
                cable = _cables[name] = Make(new CableDefinition(name, null, null, CableOptions.None, ByMachines: true));
            }

            var definition = cable.Definition;
            if (definition.A != id && definition.B != id)
            {
                if (definition.A is not null && definition.B is not null)
                {
                    return new(
                        "cable-full",
                        $"Cable {definition.Name} has two ends, {Title(definition.A)} and {Title(definition.B)}. Pull it with: portside cable rm {definition.Name}");
                }

                if (Holder(id) is { Definition.ByMachines: true } other)
                    Unplug(other, id);
                cable.Definition = definition.A is null ? definition with { A = id } : definition with { B = id };
                _isChanged = true;
            }

            cable.Join();
            return null;
        }
    }

    /// <summary>A port is forgotten: what is plugged in waits for the next of that name, or was the machine's own wish.</summary>
    internal void Forget(Port port)
    {
        lock (_lock)
        {
            if (Holder(port.Id.ToString()) is not { } cable)
                return;
            if (cable.Definition.ByMachines)
                Unplug(cable, port.Id.ToString());
            else
                cable.Pull("the port is forgotten");
        }
    }

    /// <summary>A machine has another service URI than the cable it made.</summary>
    internal void Unplug(Port port)
    {
        lock (_lock)
        {
            if (Holder(port.Id.ToString()) is { Definition.ByMachines: true } cable)
                Unplug(cable, port.Id.ToString());
        }
    }

    /// <summary>Joins what can be joined by now: a port that has appeared, or is free again.</summary>
    internal void Tidy()
    {
        lock (_lock)
        {
            // One may have been forgotten while nobody looked, such as over a restart: its place is free.
            foreach (var cable in _cables.Values.Where(cable => cable.Definition.ByMachines).ToList())
            {
                foreach (var end in new[] { cable.Definition.B, cable.Definition.A })
                {
                    if (end is not null && _ports.Find(end) is null)
                        Unplug(cable, end);
                }
            }

            foreach (var cable in _cables.Values)
                cable.Join();
            SaveChanges();
        }
    }

    internal void PullAll()
    {
        lock (_lock)
        {
            foreach (var cable in _cables.Values)
                cable.Pull("the concentrator stops");
            SaveChanges();
        }
    }

    private static void Check(CableOptions options)
    {
        if (options.Delay < TimeSpan.Zero || options.Delay > CableOptions.MaxDelay)
            throw new CableException($"A cable's delay is from 0 s to {CableOptions.MaxDelay.TotalSeconds:0} s.");
        if (!(options.Loss is >= 0 and <= 1))
            throw new CableException("A cable's loss is a share from 0 to 1.");
        if (options.Baud is < 0 or > CableOptions.MaxBaud)
            throw new CableException($"A cable's baud is from 1 to {CableOptions.MaxBaud}, or 0 for as fast as it goes.");
    }

    private static bool IsLine(string end) => SerialUri.TryParse(end, out var uri, out _) && uri is LineUri;

    private Cable Make(CableDefinition definition) => new(definition, _ports, _remotes, _time);

    private Cable? Holder(string end) => _cables.Values.FirstOrDefault(cable => cable.Definition.A == end || cable.Definition.B == end);

    private void Unplug(Cable cable, string id)
    {
        cable.Pull("unplugged");
        var definition = cable.Definition;
        definition = definition.A == id ? definition with { A = definition.B, B = null } : definition with { B = null };
        if (definition.A is null)
            _cables.Remove(definition.Name);
        cable.Definition = definition;
        _isChanged = true;
    }

    private string Title(string end) => _ports.Find(end)?.Title ?? end;

    /// <summary>The port somebody means, as its id, also one that is not there yet; or a line's URI.</summary>
    private string Meant(string end)
    {
        // A URI first: a machine may call itself what it likes, also like the line somebody means.
        if (SerialUri.TryParse(end, out var uri, out var error) && uri is LineUri)
            return uri.Text;
        if (_ports.Select(end) is [var only])
            return only.Id.ToString();
        var dot = end.IndexOf('.', StringComparison.Ordinal);
        if (PortId.TryCreate(dot < 0 ? end : end[..dot], dot < 0 ? null : end[(dot + 1)..], out var id))
            return id.ToString();
        var candidates = _ports.Select(end);
        throw new CableException(candidates.Count > 1
            ? $"'{end}' may mean {string.Join(", ", candidates.Take(5).Select(port => port.Title))}. Give the UUID."
            : error is null || !end.Contains(':', StringComparison.Ordinal)
                ? $"No port is called '{end}', and it is no URI of a line."
                : error,
            isUnknown: candidates.Count > 1 || error is null || !end.Contains(':', StringComparison.Ordinal));
    }

    private IReadOnlyList<CableDefinition> Load()
    {
        try
        {
            if (!File.Exists(_file))
                return [];
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(_file), CableJson.Default.CableDefinitionArray) ?? [];
            return [.. read.Where(cable => CableUri.IsName(cable.Name)).Take(MaxCables)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(_file, e.Message);
            return [];
        }
    }

    /// <summary>Writes down what machines changed, which may be often: once for all of a moment.</summary>
    private void SaveChanges()
    {
        if (_isChanged)
            Save();
    }

    private void Save()
    {
        _isChanged = false;
        try
        {
            var next = _file + ".new";
            using (var file = StateDirectory.Create(next, FileMode.Create))
                JsonSerializer.Serialize(file, [.. _cables.Values.Select(cable => cable.Definition)], CableJson.Default.CableDefinitionArray);
            File.Move(next, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(_file, e.Message);
        }
    }

    [LoggerMessage(800, LogLevel.Information, "Cable {Cable} joins {A} and {B}")]
    private partial void LogAdded(string cable, string a, string b);

    [LoggerMessage(801, LogLevel.Information, "Cable {Cable} is pulled")]
    private partial void LogRemoved(string cable);

    [LoggerMessage(802, LogLevel.Error, "{File} cannot be read, so its cables are not plugged in: {Reason}")]
    private partial void LogUnreadable(string file, string reason);

    [LoggerMessage(803, LogLevel.Error, "{File} cannot be written; a restart will find the cables as they were: {Reason}")]
    private partial void LogUnwritable(string file, string reason);
}
