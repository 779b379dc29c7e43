using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Portside.Bridging;
using Portside.Configuration;
using Portside.Configuration.Syntax;
using Portside.Host.Faults;
using Portside.Host.Guests;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Seeding;
using Portside.Host.Tagging;

namespace Portside.Seeding;

/// <summary>Reads a file of hosts, folders and machines; every mistake at once, each with its place.</summary>
/// <remarks>
/// <code>
/// hosts: [esx1.example, esx2.example]
/// addresses: { esx1.example: 127.0.0.11, esx2.example: 127.0.0.12 }
/// folders: [web/frontends]
/// machines:
///   - name: web-{n:00}
///     count: 20
///     folder: web/frontends
///     guest: shell
///     powerOn: true
///     tags: [stage/prod]
///     serialPorts:
///       - proxy: telnet://127.0.0.1:13370
///         service: portside
///       - file: "[datastore1] {name}/serial.log"
/// </code>
/// </remarks>
internal sealed partial class HostSeedFile
{
    private const int MaxCount = 100_000;

    /// <summary>Characters of a name, as vSphere has it.</summary>
    private const int MaxName = 80;

    private const string DefaultDatastore = "datastore1";

    private static readonly string[] RootKeys = ["hosts", "addresses", "datacenter", "cluster", "datastore", "folders", "machines"];
    private static readonly string[] MachineKeys =
        ["name", "count", "folder", "host", "uuid", "instanceUuid", "guest", "powerOn", "extraConfig", "tags", "serialPorts"];
    private static readonly string[] PortKeys =
        ["proxy", "service", "direction", "file", "pipe", "endpoint", "device", "startConnected", "yieldOnPoll"];

    private static readonly WholeNumberSyntax Count = new(1, MaxCount);

    private readonly string _path;
    private readonly SeedGround _ground;
    private readonly YamlMistakes _mistakes;

    /// <summary>What can be said of parts only when all is read.</summary>
    private readonly List<Action<HostSeed>> _later = [];

    private readonly Dictionary<string, long> _machines = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _folders = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Key, Guid Uuid), long> _uuids = [];

    private HostSeedFile(string path, SeedGround ground) => (_path, _mistakes, _ground) = (path, new YamlMistakes(path), ground);

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="mistakes">All that is wrong, in the order of the file; the seed is only to be used if nothing is.</param>
    /// <param name="ground">What it depends on besides; null for a vCenter that allows nothing of this computer.</param>
    /// <returns>What it says.</returns>
    public static HostSeed Read(string path, out IReadOnlyList<ConfigMistake> mistakes, SeedGround? ground = null)
    {
        var file = new HostSeedFile(path, ground ?? new SeedGround());
        var seed = file.Read();
        mistakes = [.. file._mistakes.OrderBy(static mistake => mistake.Origin.Line).ThenBy(static mistake => mistake.Origin.Column)];
        return seed;
    }

    private HostSeed Read()
    {
        var seed = new HostSeed();
        var root = YamlFile.Read(_path, _mistakes.Add);
        if (_mistakes.Count > 0)
            return seed;
        if (root is not YamlNode.Mapping mapping)
        {
            _mistakes.Add(new ConfigMistake(new Origin(OriginKind.File, _path), "keys such as 'machines:' are expected at the top"));
            return seed;
        }

        foreach (var (value, name) in _mistakes.Entries(mapping, RootKeys))
        {
            seed = name switch
            {
                "hosts" => seed with { Hosts = Hosts(value) },
                "addresses" => seed with { Addresses = Addresses(value) },
                "datacenter" => seed with { Datacenter = Name(value) },
                "cluster" => seed with { Cluster = Name(value) },
                "datastore" => seed with { Datastore = Name(value) },
                "folders" => seed with { Folders = [.. Items(value).Select(Folder)] },
                _ => seed with { Machines = [.. Items(value).Select(ReadMachine).OfType<MachineSeed>()] },
            };
        }

        foreach (var check in _later)
            check(seed);
        return seed;
    }

    private MachineSeed? ReadMachine(YamlNode node)
    {
        if (Mapping(node) is not { } mapping)
            return null;
        var machine = new MachineSeed { Name = "" };
        var at = new Dictionary<string, YamlNode>();
        List<(YamlNode Node, string Key, string Value)> extra = [];
        foreach (var (value, name) in _mistakes.Entries(mapping, MachineKeys))
        {
            at[name] = value;
            machine = name switch
            {
                "name" => machine with { Name = Text(value) },
                "count" => machine with { Count = Value(value, Count) },
                "folder" => machine with { Folder = Folder(value) },
                "host" => machine with { Host = Host(value) },
                "uuid" => machine with { Uuid = Uuid(value) },
                "instanceUuid" => machine with { InstanceUuid = Uuid(value) },
                "guest" => machine with { Guest = Text(value) },
                "powerOn" => machine with { PowerOn = Value(value, BooleanSyntax.Instance) },
                "extraConfig" => machine with { ExtraConfig = [.. (extra = Pairs(value)).Select(static pair => KeyValuePair.Create(pair.Key, pair.Value))] },
                "tags" => machine with { Tags = Tags(value) },
                _ => machine with { SerialPorts = [.. Items(value).Select(ReadPort).OfType<PortSeed>()] },
            };
        }

        if (machine.Name.Length == 0)
            Complain(node, "'name' is missing");
        else if (machine.Count > 1 && !machine.Name.Contains("{n}", StringComparison.Ordinal) && !machine.Name.Contains("{n:0", StringComparison.Ordinal))
            Complain(node, $"{machine.Count} machines cannot all be called '{machine.Name}'; write {{n}} where the number goes");
        else
            CheckNames(machine, at["name"]);
        if (machine.SerialPorts.Count > VirtualMachine.MaxPorts)
            Complain(at["serialPorts"], $"a machine has at most {VirtualMachine.MaxPorts} serial ports, and here are {machine.SerialPorts.Count}");
        CheckUuid(machine, machine.Uuid, "uuid", at);
        CheckUuid(machine, machine.InstanceUuid, "instanceUuid", at);
        _later.Add(seed =>
        {
            if (machine.Guest is { } guest)
                CheckGuest(seed, machine, at["guest"], guest);
            foreach (var (where, key, value) in extra)
                CheckOption(seed, machine, where, key, value);
        });
        return machine;
    }

    /// <summary>Each name is one, and no other's in its folder.</summary>
    private void CheckNames(MachineSeed machine, YamlNode at)
    {
        for (var number = 1; number <= machine.Count; number++)
        {
            var name = machine.NameOf(number);
            var path = machine.Folder.Length == 0 ? name : $"{machine.Folder}/{name}";
            if (NameComplaint(name) is { } complaint)
                Complain(at, complaint);
            else if (!_machines.TryAdd(path, at.Line))
                Complain(at, $"a machine '{name}' is in this folder already, by line {_machines[path].ToString(CultureInfo.InvariantCulture)}");
            else
                continue;
            return;
        }

        _later.Add(_ =>
        {
            for (var number = 1; number <= machine.Count; number++)
            {
                var name = machine.NameOf(number);
                if (!_folders.Contains(machine.Folder.Length == 0 ? name : $"{machine.Folder}/{name}"))
                    continue;
                Complain(at, $"a folder is called '{name}' where this machine is to be");
                return;
            }
        });
    }

    private void CheckUuid(MachineSeed machine, Guid? uuid, string key, Dictionary<string, YamlNode> at)
    {
        if (uuid is not { } value)
            return;
        if (machine.Count > 1)
            Complain(at[key], $"{machine.Count} machines cannot have one {key}");
        else if (!_uuids.TryAdd((key, value), at[key].Line))
            Complain(at[key], $"a machine has this {key} already, by line {_uuids[(key, value)].ToString(CultureInfo.InvariantCulture)}");
    }

    private void CheckOption(HostSeed seed, MachineSeed machine, YamlNode at, string key, string value)
    {
        var filled = machine.Fill(value, 1);
        if (FaultRule.ComplainOf(key, filled) is { } complaint)
            Complain(at, complaint.TrimEnd('.'));
        else if (key.StartsWith("portside.guest", StringComparison.OrdinalIgnoreCase))
            CheckGuest(seed, machine, at, value);
        else if (PortOption().IsMatch(key) && !(int.TryParse(filled, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
            Complain(at, $"{key}: '{filled}' is not a whole number above 0, of {(key.EndsWith("keepIdle", StringComparison.OrdinalIgnoreCase) ? "seconds" : "milliseconds")}");
    }

    /// <summary>A guest is one; a script is there for each machine.</summary>
    private void CheckGuest(HostSeed seed, MachineSeed machine, YamlNode at, string guest)
    {
        var isScript = guest.StartsWith("script:", StringComparison.OrdinalIgnoreCase);
        var guests = new GuestFactory(new GuestFactoryOptions
        {
            AllowPrograms = _ground.AllowPrograms,
            ResolveFile = path => _ground.Datastore is { } directory ? DatastoreEntity.Resolve(directory, seed.Datastore ?? DefaultDatastore, path) : null,
        });
        for (var number = 1; number <= (isScript && guest.Contains('{', StringComparison.Ordinal) ? machine.Count : 1); number++)
        {
            if (guests.TryCreate(machine.Fill(guest, number), "", out _, out var error))
                continue;
            Complain(at, $"guest: {error?.TrimEnd('.')}" + (isScript && _ground.Datastore is null ? "; without --state DIR its datastore is empty" : ""));
            return;
        }
    }

    private PortSeed? ReadPort(YamlNode node)
    {
        string? proxy = null, service = null, direction = null, file = null, pipe = null, endpoint = null, device = null;
        bool startConnected = true, yieldOnPoll = true;
        if (Mapping(node) is not { } mapping)
            return null;
        var at = new Dictionary<string, YamlNode>();
        foreach (var (value, name) in _mistakes.Entries(mapping, PortKeys))
        {
            at[name] = value;
            switch (name)
            {
                case "proxy":
                    proxy = Text(value);
                    break;
                case "service":
                    service = Text(value);
                    break;
                case "direction":
                    direction = Text(value);
                    break;
                case "file":
                    file = Text(value);
                    break;
                case "pipe":
                    pipe = Text(value);
                    break;
                case "endpoint":
                    endpoint = Text(value);
                    break;
                case "device":
                    device = Text(value);
                    break;
                case "startConnected":
                    startConnected = Value(value, BooleanSyntax.Instance);
                    break;
                default:
                    yieldOnPoll = Value(value, BooleanSyntax.Instance);
                    break;
            }
        }

        var isNetwork = proxy is not null || service is not null;
        if ((isNetwork ? 1 : 0) + (file is null ? 0 : 1) + (pipe is null ? 0 : 1) + (device is null ? 0 : 1) != 1)
        {
            Complain(node, "a serial port has one of 'proxy' or 'service', 'file', 'pipe' and 'device'");
            return null;
        }

        SerialBacking backing = file is not null ? new FileBacking(file)
            : pipe is not null ? new PipeBacking(pipe, endpoint ?? "server")
            : device is not null ? new DeviceBacking(device)
            : new NetworkBacking(service ?? "portside", direction ?? "server", proxy);
        if (SerialDevice.Check(backing) is { } problem)
            Complain(node, $"{problem.Property}: {problem.Text.TrimEnd('.')}");
        else if (!_ground.AllowLocalEnds && backing is PipeBacking or DeviceBacking)
            Complain(at[pipe is null ? "device" : "pipe"], $"{(pipe is null ? "device" : "pipe")}: ports have this computer's sockets and devices only with --allow-local-ends");
        else if (file is not null)
            _later.Add(seed => CheckFile(at["file"], file, seed.Datastore ?? DefaultDatastore));
        return new PortSeed(backing, startConnected, yieldOnPoll);
    }

    private void CheckFile(YamlNode at, string file, string datastore)
    {
        if (DatastoreEntity.Resolve(_ground.Datastore ?? Path.GetTempPath(), datastore, file) is null)
            Complain(at, $"file: '{file}' is in no datastore of this host; there is [{datastore}], as in \"[{datastore}] {{name}}/serial.log\"");
    }

    private YamlNode.Mapping? Mapping(YamlNode node)
    {
        if (node is YamlNode.Mapping mapping)
            return mapping;
        Complain(node, "keys with values are expected here");
        return null;
    }

    private IReadOnlyList<YamlNode> Items(YamlNode node)
    {
        if (node is YamlNode.Sequence sequence)
            return sequence.Items;
        Complain(node, "a list is expected here");
        return [];
    }

    private List<string> Hosts(YamlNode node)
    {
        List<string> hosts = [.. Items(node).Select(Name)];
        if (!_ground.IsVCenter && hosts.Count > 1)
            Complain(node, "a host by itself is one");
        if (hosts.Count == 0)
            Complain(node, "at least one host is expected here");
        else if (hosts.GroupBy(host => host, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            Complain(node, $"two hosts are called '{twice.Key}'");
        return hosts;
    }

    /// <summary>Only addresses of this computer: the ports of a host's machines dial from its own.</summary>
    private Dictionary<string, IPAddress> Addresses(YamlNode node)
    {
        var addresses = new Dictionary<string, IPAddress>();
        foreach (var (host, value) in Mapping(node)?.Entries ?? [])
        {
            if (AddressSyntax.Instance.Read(Text(value), out var address) is { } complaint)
                Complain(value, complaint);
            else if (addresses.ContainsValue(address))
                Complain(value, $"two hosts have the address {address}");
            else if (!_ground.HasAddress(address))
                Complain(value, $"this computer does not have the address {address}, so that no machine could dial from it");
            if (!addresses.TryAdd(Host(host), address))
                Complain(host, "the host has an address already");
        }

        return addresses;
    }

    private List<string> Tags(YamlNode node)
    {
        var items = Items(node);
        if (!_ground.IsVCenter && items.Count > 0)
            Complain(node, "a host by itself has no tags: they are vCenter's");
        if (items.Count > TagCatalog.MaxTagsOfMachine)
            Complain(node, $"a machine has at most {TagCatalog.MaxTagsOfMachine} tags");
        var tags = new List<string>();
        foreach (var item in items)
        {
            var tag = Text(item);
            if (TagCatalog.Complaint(tag) is { } complaint)
                Complain(item, complaint);
            tags.Add(tag);
        }

        return tags;
    }

    private List<(YamlNode Node, string Key, string Value)> Pairs(YamlNode node)
    {
        var pairs = new List<(YamlNode Node, string Key, string Value)>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in Mapping(node)?.Entries ?? [])
        {
            var option = Text(key);
            if (!seen.Add(option))
                Complain(key, $"'{option}' is here twice");
            pairs.Add((value, option, Text(value)));
        }

        return pairs;
    }

    private string Name(YamlNode node)
    {
        var name = Text(node);
        if (name.Length > 0 && NameComplaint(name) is { } complaint)
            Complain(node, complaint);
        return name;
    }

    private static string? NameComplaint(string name) =>
        name.Length is > 0 and <= MaxName && !name.Contains('/', StringComparison.Ordinal) && !name.Any(char.IsControl)
            ? null
            : $"'{name}' is not a name: 1 to {MaxName} characters are, without '/' and control characters";

    /// <summary>A path of folders; all of them are folders then.</summary>
    private string Folder(YamlNode node)
    {
        var path = Text(node);
        if (path.Length == 0)
            return path;
        if (!_ground.IsVCenter)
            Complain(node, "a host by itself has no folders: they are vCenter's");
        var names = path.Split('/');
        if (names.Contains(""))
            Complain(node, $"'{path}' is not a path of folders: names with one '/' between them are, such as web/frontends");
        else if (names.Select(NameComplaint).OfType<string>().FirstOrDefault() is { } complaint)
            Complain(node, complaint);
        for (var depth = 1; depth <= names.Length; depth++)
            _folders.Add(string.Join('/', names.Take(depth)));
        return path;
    }

    private string Text(YamlNode node)
    {
        if (node is YamlNode.Scalar { Text: var text, IsNull: false })
            return text;
        Complain(node, "one value is expected here");
        return "";
    }

    private T Value<T>(YamlNode node, ValueSyntax<T> syntax)
    {
        if (syntax.Read(Text(node), out var value) is { } complaint)
            Complain(node, complaint);
        return value;
    }

    private string Host(YamlNode node)
    {
        var host = Text(node);
        _later.Add(seed =>
        {
            if ((seed.Hosts ?? _ground.Hosts) is { } hosts && !hosts.Contains(host))
                Complain(node, $"host: there is no host '{host}'; {(hosts.Distinct().Count() == 1 ? "there is" : "there are")} {string.Join(", ", hosts.Distinct())}");
        });
        return host;
    }

    private Guid? Uuid(YamlNode node)
    {
        var text = Text(node);
        if (BridgeSyntax.ReadUuid(text, out var uuid) is { } complaint && text.Length > 0)
            Complain(node, complaint);
        return uuid;
    }

    private void Complain(YamlNode node, string message) => _mistakes.Add(node, message);

    [GeneratedRegex(@"^serial[0-9]+\.(keepIdle|vmotionLimit)$", RegexOptions.IgnoreCase)]
    private static partial Regex PortOption();
}
