using Portside.Configuration;
using Portside.Host.Bridges;
using Portside.Host.Ports;
using Portside.Host.Proxies;

namespace Portside.Bridging;

/// <summary>Reads a file of bridges; every mistake at once, each with its place.</summary>
/// <remarks>
/// <code>
/// to: telnets://concentrator.example:13370#thumbprint=…    for all, unless a bridge says otherwise
/// lines:
///   - name: switch-7
///     line: tty:/dev/ttyUSB0?baud=9600
/// </code>
/// What stands at the top is every bridge's, except for <c>name</c>, <c>uuid</c> and <c>line</c>.
/// </remarks>
internal sealed class BridgeFile
{
    private static readonly string[] SharedKeys = ["to", "label", "serviceUri", "direction", "hold", "restart"];
    private static readonly string[] OwnKeys = ["name", "uuid", "line"];

    private readonly string _path;
    private readonly YamlMistakes _mistakes;
    private readonly List<BridgeSpec> _bridges = [];
    private readonly Dictionary<(Guid, string), long> _identities = [];

    private BridgeFile(string path) => (_path, _mistakes) = (path, new YamlMistakes(path));

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="mistakes">All that is wrong; the bridges are only to be used if nothing is.</param>
    /// <returns>The bridges, in the order of the file.</returns>
    public static IReadOnlyList<BridgeSpec> Read(string path, out IReadOnlyList<ConfigMistake> mistakes)
    {
        var file = new BridgeFile(path);
        file.Read();
        mistakes = file._mistakes;
        return file._bridges;
    }

    private void Read()
    {
        var root = YamlFile.Read(_path, _mistakes.Add);
        if (_mistakes.Count > 0)
            return;
        if (root is not YamlNode.Mapping mapping)
        {
            _mistakes.Add(new ConfigMistake(new Origin(OriginKind.File, _path), "keys such as 'to:' and 'lines:' are expected at the top"));
            return;
        }

        var draft = new Draft();
        YamlNode? lines = null;
        foreach (var (value, name) in _mistakes.Entries(mapping, [.. SharedKeys, "lines"]))
        {
            if (name == "lines")
                lines = value;
            else
                ReadValue(draft, name, value);
        }

        if (lines is not YamlNode.Sequence { Items.Count: > 0 } list)
        {
            Complain(lines ?? mapping, "'lines' is a list of what to bridge, and has one item at least");
            return;
        }

        foreach (var item in list.Items)
            ReadBridge(item, draft);
    }

    private void ReadBridge(YamlNode item, Draft shared)
    {
        if (item is not YamlNode.Mapping mapping)
        {
            Complain(item, "keys such as 'name:' and 'line:' are expected here");
            return;
        }

        var before = _mistakes.Count;
        var draft = shared.Copy();
        foreach (var (value, name) in _mistakes.Entries(mapping, [.. OwnKeys, .. SharedKeys]))
            ReadValue(draft, name, value);
        if (_mistakes.Count > before)
            return;
        foreach (var (name, isMissing) in (ReadOnlySpan<(string, bool)>)[("name", draft.Name is null), ("line", draft.Line is null), ("to", draft.To is null)])
        {
            if (isMissing)
                Complain(mapping, $"'{name}' is missing");
        }

        if (_mistakes.Count > before)
            return;
        var bridge = draft.Build();
        if (_identities.TryAdd((bridge.Identity, bridge.Label ?? ""), mapping.Line))
            _bridges.Add(bridge);
        else
            Complain(mapping, $"this is the same machine and port as in line {_identities[(bridge.Identity, bridge.Label ?? "")]}; give it another name, uuid or label");
    }

    private void ReadValue(Draft draft, string name, YamlNode value)
    {
        if (value is YamlNode.Scalar { IsNull: true })
            return;
        if (value is not YamlNode.Scalar { Text: var text })
        {
            Complain(value, $"{name}: one value is expected");
            return;
        }

        if (draft.Read(name, text) is { } complaint)
            Complain(value, $"{name}: {complaint}");
    }

    private void Complain(YamlNode node, string message) => _mistakes.Add(node, message);

    /// <summary>What is known of a bridge so far.</summary>
    private sealed class Draft
    {
        private Guid? _uuid;
        private string? _label;
        private string? _serviceUri;
        private SerialDirection? _direction;
        private int? _hold;
        private RestartPolicy? _restart;

        public ProxyUri? To { get; private set; }

        public string? Name { get; private set; }

        public string? Line { get; private set; }

        public Draft Copy() => (Draft)MemberwiseClone();

        public string? Read(string name, string text)
        {
            string? complaint;
            switch (name)
            {
                case "to":
                    complaint = BridgeSyntax.ReadTo(text, out var to);
                    To = to;
                    return complaint;
                case "name":
                    complaint = BridgeSyntax.Text.Read(text, out var machine);
                    Name = machine;
                    return complaint;
                case "uuid":
                    return BridgeSyntax.ReadUuid(text, out _uuid);
                case "line":
                    Line = text;
                    return BridgeSyntax.ReadLine(text);
                case "label":
                    complaint = BridgeSyntax.Text.Read(text, out var label);
                    _label = label;
                    return complaint;
                case "serviceUri":
                    complaint = BridgeSyntax.Text.Read(text, out var uri);
                    _serviceUri = uri;
                    return complaint;
                case "direction":
                    complaint = BridgeSyntax.Direction.Read(text, out var direction);
                    _direction = direction;
                    return complaint;
                case "hold":
                    complaint = BridgeSyntax.Hold.Read(text, out var bytes);
                    _hold = (int)bytes;
                    return complaint;
                default:
                    complaint = BridgeSyntax.Restart.Read(text, out var restart);
                    _restart = restart;
                    return complaint;
            }
        }

        public BridgeSpec Build()
        {
            var bridge = new BridgeSpec { To = To!, Name = Name!, Line = Line!, Uuid = _uuid, Label = _label };
            return bridge with
            {
                ServiceUri = _serviceUri ?? bridge.ServiceUri,
                Direction = _direction ?? bridge.Direction,
                HoldBytes = _hold ?? bridge.HoldBytes,
                Restart = _restart ?? bridge.Restart,
            };
        }
    }
}
