using System.Net;
using Portside.Bridging;
using Portside.Configuration;
using Portside.Configuration.Syntax;
using Portside.Host.Guests;
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
internal sealed class HostSeedFile
{
    private const int MaxCount = 100_000;

    private static readonly string[] RootKeys = ["hosts", "addresses", "datacenter", "cluster", "datastore", "folders", "machines"];
    private static readonly string[] MachineKeys =
        ["name", "count", "folder", "host", "uuid", "instanceUuid", "guest", "powerOn", "extraConfig", "tags", "serialPorts"];
    private static readonly string[] PortKeys =
        ["proxy", "service", "direction", "file", "pipe", "endpoint", "device", "startConnected", "yieldOnPoll"];

    private static readonly WholeNumberSyntax Count = new(1, MaxCount);

    private readonly string _path;
    private readonly GuestFactory _guests;
    private readonly YamlMistakes _mistakes;
    private readonly List<(YamlNode Node, string Host)> _namedHosts = [];

    private HostSeedFile(string path, bool allowPrograms) =>
        (_path, _mistakes, _guests) = (path, new YamlMistakes(path), new GuestFactory(new GuestFactoryOptions { AllowPrograms = allowPrograms }));

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="mistakes">All that is wrong; the seed is only to be used if nothing is.</param>
    /// <param name="allowPrograms">Whether guests may be programs of this computer.</param>
    /// <returns>What it says.</returns>
    public static HostSeed Read(string path, out IReadOnlyList<ConfigMistake> mistakes, bool allowPrograms = false)
    {
        var file = new HostSeedFile(path, allowPrograms);
        var seed = file.Read();
        mistakes = file._mistakes;
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
                "datacenter" => seed with { Datacenter = Text(value) },
                "cluster" => seed with { Cluster = Text(value) },
                "datastore" => seed with { Datastore = Text(value) },
                "folders" => seed with { Folders = Texts(value) },
                _ => seed with { Machines = [.. Items(value).Select(ReadMachine).OfType<MachineSeed>()] },
            };
        }

        foreach (var (node, host) in _namedHosts)
        {
            if (seed.Hosts is { } hosts && !hosts.Contains(host))
                Complain(node, $"host: there is no host '{host}'; there are {string.Join(", ", hosts)}");
        }

        return seed;
    }

    private MachineSeed? ReadMachine(YamlNode node)
    {
        if (Mapping(node) is not { } mapping)
            return null;
        var machine = new MachineSeed { Name = "" };
        foreach (var (value, name) in _mistakes.Entries(mapping, MachineKeys))
        {
            machine = name switch
            {
                "name" => machine with { Name = Text(value) },
                "count" => machine with { Count = Value(value, Count) },
                "folder" => machine with { Folder = Text(value) },
                "host" => machine with { Host = Host(value) },
                "uuid" => machine with { Uuid = Uuid(value) },
                "instanceUuid" => machine with { InstanceUuid = Uuid(value) },
                "guest" => machine with { Guest = Guest(value) },
                "powerOn" => machine with { PowerOn = Value(value, BooleanSyntax.Instance) },
                "extraConfig" => machine with { ExtraConfig = Pairs(value) },
                "tags" => machine with { Tags = Tags(value) },
                _ => machine with { SerialPorts = [.. Items(value).Select(ReadPort).OfType<PortSeed>()] },
            };
        }

        if (machine.Name.Length == 0)
            Complain(node, "'name' is missing");
        else if (machine.Count > 1 && !machine.Name.Contains("{n}", StringComparison.Ordinal) && !machine.Name.Contains("{n:0", StringComparison.Ordinal))
            Complain(node, $"{machine.Count} machines cannot all be called '{machine.Name}'; write {{n}} where the number goes");
        return machine;
    }

    private PortSeed? ReadPort(YamlNode node)
    {
        string? proxy = null, service = null, direction = null, file = null, pipe = null, endpoint = null, device = null;
        bool startConnected = true, yieldOnPoll = true;
        if (Mapping(node) is not { } mapping)
            return null;
        foreach (var (value, name) in _mistakes.Entries(mapping, PortKeys))
        {
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
        return new PortSeed(backing, startConnected, yieldOnPoll);
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
        var hosts = Texts(node);
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
            var address = Value(value, AddressSyntax.Instance);
            if (addresses.ContainsValue(address))
                Complain(value, $"two hosts have the address {address}");
            if (!addresses.TryAdd(Host(host), address))
                Complain(host, "the host has an address already");
        }

        return addresses;
    }

    private List<string> Texts(YamlNode node) => [.. Items(node).Select(Text)];

    private List<string> Tags(YamlNode node)
    {
        var items = Items(node);
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

    private List<KeyValuePair<string, string>> Pairs(YamlNode node) =>
    [
        .. (Mapping(node)?.Entries ?? []).Select(entry => KeyValuePair.Create(Text(entry.Key), Text(entry.Value))),
    ];

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
        _namedHosts.Add((node, host));
        return host;
    }

    private string Guest(YamlNode node)
    {
        // A script is looked for in the datastore, which is not there yet.
        var guest = Text(node);
        if (!guest.StartsWith("script:", StringComparison.OrdinalIgnoreCase) && !_guests.TryCreate(guest, "", out _, out var error))
            Complain(node, $"guest: {error?.TrimEnd('.')}");
        return guest;
    }

    private Guid? Uuid(YamlNode node)
    {
        var text = Text(node);
        if (BridgeSyntax.ReadUuid(text, out var uuid) is { } complaint && text.Length > 0)
            Complain(node, complaint);
        return uuid;
    }

    private void Complain(YamlNode node, string message) => _mistakes.Add(node, message);
}
