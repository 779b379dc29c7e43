using System.Security.Cryptography;
using System.Text;
using Portside.Bridging;
using Portside.Commands;
using Portside.Configuration;
using Portside.Configuration.Syntax;
using Portside.Files;
using Portside.Output;
using Portside.VSphere.Client;
using Portside.VSphere.SerialPorts;

namespace Portside.SerialPorts;

/// <summary>A file that says which machines are to have which ports; every mistake is told at once, each with its place.</summary>
/// <remarks>
/// <code>
/// to: http://console.example:13371      the concentrator's API; or proxy: telnets://…, for all or for one entry
/// direction: server                     for all entries, unless one says otherwise
/// ports:
///   - machines: [web-*, /DC0/vm/db/]    as on the command line
///     except: web-9
///     label: ttyS0
///   - machines: tag:retired
///     state: absent
/// </code>
/// </remarks>
internal sealed class PortFile
{
    private static readonly string[] SharedKeys = ["proxy", "service", "direction", "startConnected", "allowGuestControl", "yieldOnPoll"];
    private static readonly string[] TopKeys = ["to", "plain", "proxyHost", "ports"];
    private static readonly string[] OwnKeys = ["machines", "except", "label", "state"];

    private readonly YamlMistakes _mistakes;
    private readonly List<Entry> _entries = [];
    private bool _isSharedWrong;
    private string? _to;
    private bool _plain;
    private string? _proxyHost;

    private PortFile(string path) => (Path, _mistakes) = (path, new YamlMistakes(path));

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Names its content.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="caller">Who is told the mistakes.</param>
    /// <returns>The file.</returns>
    /// <exception cref="CommandFailure">There were mistakes.</exception>
    public static PortFile Load(string path, Caller caller)
    {
        var file = new PortFile(path);
        file.Read();
        foreach (var mistake in file._mistakes.OrderBy(mistake => mistake.Origin.Line))
            caller.Error.WriteLine(SafeText.Of(mistake.ToString()));
        if (file._mistakes.Count > 0)
            throw new CommandFailure(ExitCode.Usage, $"{path} has {file._mistakes.Count} {(file._mistakes.Count == 1 ? "mistake" : "mistakes")}; nothing was done");
        file.Hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(RegularFile.ReadAllText(path))))[..16];
        return file;
    }

    /// <summary>Asks the concentrator that the file names.</summary>
    /// <param name="caller">For waits.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where it names none.</returns>
    /// <exception cref="CommandFailure">It makes no sense.</exception>
    public Task<ConcentratorTarget?> ConnectAsync(Caller caller, CancellationToken cancellation) => _to is null
        ? Task.FromResult<ConcentratorTarget?>(null)
        : AskAsync(_to, caller, cancellation);

    /// <summary>Who is to have what.</summary>
    /// <param name="inventory">All machines.</param>
    /// <param name="session">For tags.</param>
    /// <param name="target">The concentrator; null where the file names none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Machines in the inventory's order, with their wishes in the file's.</returns>
    /// <exception cref="CommandFailure">An entry means no machine, or two of them mean the same port.</exception>
    public async Task<IReadOnlyList<(InventoryMachine Machine, IReadOnlyList<PortWish> Wishes)>> WishesAsync(
        Inventory inventory, VSphereSession session, ConcentratorTarget? target, CancellationToken cancellation)
    {
        var tags = await Tags.AskAsync(session, [.. _entries.SelectMany(entry => entry.Machines.Concat(entry.Except))], cancellation);
        var wishes = new Dictionary<InventoryMachine, List<(Entry Entry, PortWish Wish)>>(ReferenceEqualityComparer.Instance);
        var problems = new List<string>();
        var isMistaken = true;
        foreach (var entry in _entries)
        {
            var wish = entry.Wish with
            {
                Action = entry.IsAbsent ? PortAction.Remove : PortAction.Ensure,
                All = entry.IsAbsent && entry.Wish.Label is null,
                ProxyUri = entry.Wish.ProxyUri ?? target?.ProxyUri,
            };
            var before = problems.Count;
            var machines = Find(inventory, tags, entry, problems);
            isMistaken &= problems.Count == before;
            foreach (var machine in machines)
            {
                var known = wishes.TryGetValue(machine, out var list) ? list : wishes[machine] = [];
                if (known.FirstOrDefault(other => other.Entry.Label == entry.Label) is { Entry: { } other })
                    problems.Add($"{Path}:{entry.Line}: {machine.Path} has {Described(entry.Label)} by line {other.Line} already; {Apart}");
                else
                    known.Add((entry, wish));
            }

            if (PortSyntax.IsListener(wish) && machines.Count > 1)
            {
                problems.Add($"{Path}:{entry.Line}: {machines.Count} machines would have one listener at the concentrator, {wish.ServiceUri}, "
                    + $"such as {machines[0].Path} and {machines[1].Path}: give each an entry with a port of its own, or port 0 for any that is free");
            }
        }

        return problems.Count == 0
            ? [.. inventory.Machines.Where(wishes.ContainsKey).Select(machine => (machine, (IReadOnlyList<PortWish>)[.. wishes[machine].Select(one => one.Wish)]))]
            : throw new CommandFailure(isMistaken ? ExitCode.Usage : ExitCode.NotFound, PortTargets.Joined(problems), isMistaken ? $"mend {Path}; nothing was done" : "portside port ls");
    }

    private const string Apart = "tell them apart by label, or leave the machine out by 'except'";

    private static string Described(string? label) => label is null ? "a port without a label" : $"a port '{label}'";

    private async Task<ConcentratorTarget?> AskAsync(string to, Caller caller, CancellationToken cancellation) =>
        await ConcentratorTarget.AskAsync(to, _plain, _proxyHost, caller.Clock, cancellation);

    private List<InventoryMachine> Find(Inventory inventory, Func<string, IReadOnlySet<string>>? tags, Entry entry, List<string> problems)
    {
        var found = new HashSet<InventoryMachine>(ReferenceEqualityComparer.Instance);
        foreach (var selector in entry.Machines)
        {
            var selection = PortTargets.Find(inventory, selector, tags, suggests: problems.Count == 0);
            found.UnionWith(selection.Machines);

            // A machine that is gone has no port, as wished; one whose name is nearly that may be meant.
            if (selection.Problem is not null && !(entry.IsAbsent && selection.Candidates is not { Count: > 0 }))
                problems.Add($"{Path}:{entry.Line}: {PortTargets.Explain(selection)}");
        }

        // What is left out may well be gone already.
        foreach (var selector in entry.Except)
            found.ExceptWith(MachineSelector.Find(inventory, selector, tags).Machines);
        return [.. inventory.Machines.Where(found.Contains)];
    }

    private void Read()
    {
        var root = YamlFile.Read(Path, _mistakes.Add);
        if (_mistakes.Count > 0)
            return;
        if (root is not YamlNode.Mapping mapping)
        {
            _mistakes.Add(new ConfigMistake(new Origin(OriginKind.File, Path), "keys such as 'to:' and 'ports:' are expected at the top"));
            return;
        }

        var shared = new PortWish();
        YamlNode? ports = null;
        foreach (var (value, name) in _mistakes.Entries(mapping, [.. TopKeys, .. SharedKeys]))
        {
            if (name == "ports")
                ports = value;
            else if (name == "to" && Scalar(value, name) is { } to)
                _to = to;
            else if (name == "proxyHost" && Scalar(value, name) is { } host)
                _proxyHost = host;
            else if (name == "plain")
                _plain = Flag(value, name) ?? false;
            else
                shared = ReadShared(shared, name, value);
        }

        _isSharedWrong = _mistakes.Count > 0;
        if (_to is not null && shared.ProxyUri is not null)
            Complain(mapping, "'to' and 'proxy' both name the concentrator; give one or the other");
        if (ports is not YamlNode.Sequence { Items.Count: > 0 } list)
        {
            Complain(ports ?? mapping, "'ports' is a list of machines and their ports, and has one item at least");
            return;
        }

        foreach (var item in list.Items)
            ReadEntry(item, shared);
        ReadTwice();
    }

    // Words that mean the same machines are seen here; machines that several words mean, once all are known.
    private void ReadTwice()
    {
        var known = new Dictionary<(string Machines, string? Label), Entry>();
        foreach (var entry in _entries.Where(entry => entry.Except.Count == 0))
        {
            foreach (var machines in entry.Machines.Distinct(StringComparer.Ordinal))
            {
                if (!known.TryAdd((machines, entry.Label), entry))
                    Complain(entry.Node, $"'{machines}' has {Described(entry.Label)} by line {known[(machines, entry.Label)].Line} already; {Apart}");
            }
        }
    }

    private void ReadEntry(YamlNode item, PortWish shared)
    {
        if (item is not YamlNode.Mapping mapping)
        {
            Complain(item, "keys such as 'machines:' and 'label:' are expected here");
            return;
        }

        var before = _mistakes.Count;
        var hasMachines = false;
        var entry = new Entry { Node = mapping, Wish = shared };
        foreach (var (value, name) in _mistakes.Entries(mapping, [.. OwnKeys, .. SharedKeys]))
        {
            switch (name)
            {
                case "machines":
                    entry.Machines = Texts(value, name);
                    hasMachines = value is not YamlNode.Sequence { Items.Count: 0 };
                    break;
                case "except":
                    entry.Except = Texts(value, name);
                    break;
                case "label" when Scalar(value, name) is { } label:
                    if (PortSyntax.ReadLabel(label) is { } complaint)
                        Complain(value, $"label: {complaint}");
                    entry.Wish = entry.Wish with { Label = label };
                    break;
                case "state" when Scalar(value, name) is { } state:
                    if (state is not ("present" or "absent"))
                        Complain(value, $"state: '{state}' is not present or absent");
                    entry.IsAbsent = state == "absent";
                    break;
                default:
                    entry.Wish = ReadShared(entry.Wish, name, value);
                    break;
            }
        }

        // What is wrong with a value is said already; what is wrong with the whole then is a guess.
        var isWhole = _mistakes.Count == before;
        if (!hasMachines)
            Complain(mapping, "'machines' is missing");
        if (isWhole && !_isSharedWrong && !entry.IsAbsent && _to is null && PortSyntax.Complaint(entry.Wish, "'to' or 'proxy'", "'service'") is { } whole)
            Complain(mapping, whole);
        if (_mistakes.Count == before)
            _entries.Add(entry);
    }

    private PortWish ReadShared(PortWish wish, string name, YamlNode value)
    {
        switch (name)
        {
            case "proxy" when Scalar(value, name) is { } proxy:
                Refuse(value, name, PortSyntax.ReadProxy(proxy));
                return wish with { ProxyUri = proxy == "none" ? "" : proxy };
            case "service" when Scalar(value, name) is { } service:
                Refuse(value, name, PortSyntax.ReadService(service));
                return wish with { ServiceUri = service };
            case "direction" when Scalar(value, name) is { } text:
                Refuse(value, name, BridgeSyntax.Direction.Read(text, out var direction));
                return wish with { Direction = PortSyntax.Direction(direction) };
            case "startConnected":
                return wish with { StartConnected = Flag(value, name) };
            case "allowGuestControl":
                return wish with { AllowGuestControl = Flag(value, name) };
            case "yieldOnPoll":
                return wish with { YieldOnPoll = Flag(value, name) };
            default:
                return wish;
        }
    }

    private List<string> Texts(YamlNode value, string name) => value is YamlNode.Sequence list
        ? [.. list.Items.Select(item => Scalar(item, name)).OfType<string>()]
        : Scalar(value, name) is { } one ? [one] : [];

    private string? Scalar(YamlNode value, string name)
    {
        if (value is YamlNode.Scalar { IsNull: false, Text: { Length: > 0 } text })
            return text;
        Complain(value, $"{name}: one value is expected");
        return null;
    }

    private bool? Flag(YamlNode value, string name)
    {
        if (Scalar(value, name) is not { } text)
            return null;
        Refuse(value, name, BooleanSyntax.Instance.Read(text, out var flag));
        return flag;
    }

    private void Refuse(YamlNode value, string name, string? complaint)
    {
        if (complaint is not null)
            Complain(value, $"{name}: {complaint}");
    }

    private void Complain(YamlNode node, string message) => _mistakes.Add(node, message);

    /// <summary>One item of the list.</summary>
    private sealed class Entry
    {
        public required YamlNode Node { get; init; }

        public long Line => Node.Line;

        public PortWish Wish { get; set; } = new();

        /// <summary>The port's label at the concentrator, however it is written.</summary>
        public string? Label => Wish.Label ?? (Wish.ServiceUri is { } service ? ServiceText.LabelOf(service) : null);

        public List<string> Machines { get; set; } = [];

        public List<string> Except { get; set; } = [];

        public bool IsAbsent { get; set; }
    }
}
