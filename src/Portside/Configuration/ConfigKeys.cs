using System.Security.Authentication;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Links;
using Portside.Configuration.Syntax;
using Portside.Lines.Uris;

namespace Portside.Configuration;

/// <summary>
/// The table of everything that can be configured. The file, the environment, the command line,
/// <c>config show</c>, <c>config keys</c> and the page in docs are all read from it.
/// </summary>
internal static class ConfigKeys
{
    /// <summary>How every variable that sets a key begins.</summary>
    public const string VariablePrefix = "PORTSIDE__";

    private const int KiB = 1024;
    private const long MiB = 1024 * 1024;

    private static readonly PathSyntax File = new("the path of a file");
    private static readonly PathSyntax Directory = new("the path of a directory");
    private static readonly TextSyntax HostName = new("a host name or an address");

    private static readonly ChoiceSyntax<TlsPolicy> Tls =
        new(("allow", TlsPolicy.Allow), ("require", TlsPolicy.Require), ("off", TlsPolicy.Off));

    private static readonly ChoiceSyntax<LineTelling> Telling =
        new(("bridge", LineTelling.Bridge), ("all", LineTelling.All), ("none", LineTelling.None));

    private static readonly ChoiceSyntax<GuardMode> Guard =
        new(("off", GuardMode.Off), ("note", GuardMode.Note), ("enforce", GuardMode.Enforce));

    // TLS 1.0 and 1.1 are what hosts of vSphere 4.1 to 5.x speak; a site with such hosts must be able to say so.
#pragma warning disable SYSLIB0039, CA5397
    private static readonly ChoiceSyntax<SslProtocols> TlsVersion = new(
        ("1.0", SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13),
        ("1.1", SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13),
        ("1.2", SslProtocols.Tls12 | SslProtocols.Tls13),
        ("1.3", SslProtocols.Tls13));
#pragma warning restore SYSLIB0039, CA5397

    private static readonly ChoiceSyntax<LogLevel> Level = new(
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("info", LogLevel.Information),
        ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("critical", LogLevel.Critical), ("none", LogLevel.None));

    private static readonly ChoiceSyntax<EventFormat> Format = new(("text", EventFormat.Text), ("json", EventFormat.Json));

    /// <summary>How a client's mode is written.</summary>
    public static ChoiceSyntax<ClientMode> Mode { get; } = new([.. Enum.GetValues<ClientMode>().Select(m => (m.ToWord(), m))]);

    /// <summary>Every key, in the order in which people read about them.</summary>
    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        Key("state", Directory, o => o.Concentrator.StateDirectory, (o, v) => o.Concentrator.StateDirectory = v,
            "Directory for what must survive a restart: the made certificate, the ports with their console numbers, and the cables.", "--state"),

        List("vm.listen", EndpointSyntax.Instance, o => o.Concentrator.Vm.Listen, (o, v) => o.Concentrator.Vm.Listen = v,
            "Where virtual machines connect, with telnet and telnets alike.", "--vm-listen", least: 1),
        List("vm.allow", NetworkSyntax.Instance, o => o.Concentrator.Vm.Allow, (o, v) => o.Concentrator.Vm.Allow = v,
            "Networks that virtual machines may come from; others are turned away at accept.", "--vm-allow", reloads: true, least: 1),
        List("vm.advertise", HostName, o => o.Advertise, (o, v) => o.Advertise = v,
            "Names or addresses by which virtual machines reach this machine, for the proxy URI; none: its own host name.", "--advertise"),
        Key("vm.tls", Tls, o => o.Concentrator.Vm.Tls, (o, v) => o.Concentrator.Vm.Tls = v,
            "Whether virtual machines may, must or cannot use TLS.", "--vm-tls"),
        Optional("vm.certificate", File, o => o.Concentrator.Vm.Certificate, (o, v) => o.Concentrator.Vm.Certificate = v,
            "PEM file with the certificate (chain); none: one is made at first start and kept in the state directory.", "--vm-certificate", reloads: true),
        Optional("vm.key", File, o => o.Concentrator.Vm.Key, (o, v) => o.Concentrator.Vm.Key = v,
            "PEM file with the private key; none: it is in the file of vm.certificate.", "--vm-key", reloads: true),
        Key("vm.minimumTls", TlsVersion, o => o.Concentrator.Vm.TlsVersions, (o, v) => o.Concentrator.Vm.TlsVersions = v,
            "Oldest TLS version accepted; hosts of vSphere 4.1 to 5.x need an older one than the default.", reloads: true),
        List("vm.serviceNames", new TextSyntax("a service URI"), o => o.Concentrator.Vm.ServiceNames, (o, v) => o.Concentrator.Vm.ServiceNames = v,
            "Service URIs served besides the well-known ones, compared without case.", reloads: true),
        Key("vm.identityTimeout", Duration("1s", "1h"), o => o.Concentrator.Vm.IdentityTimeout, (o, v) => o.Concentrator.Vm.IdentityTimeout = v,
            "Time from accept to a known identity.", reloads: true),
        Key("vm.handshakeTimeout", Duration("1s", "10m"), o => o.Concentrator.Vm.HandshakeTimeout, (o, v) => o.Concentrator.Vm.HandshakeTimeout = v,
            "Time a TLS handshake may take.", reloads: true),
        Key("vm.maxLinks", Whole(1, 1_000_000), o => o.Concentrator.Vm.MaxLinks, (o, v) => o.Concentrator.Vm.MaxLinks = v,
            "Links at once, identified or not; one more is closed at accept.", reloads: true),
        Key("vm.maxPorts", Whole(1, 1_000_000), o => o.Concentrator.Vm.MaxPorts, (o, v) => o.Concentrator.Vm.MaxPorts = v,
            "Ports at once, connected or not; a machine that would need one more is refused.", reloads: true),
        Key("vm.takeoverGrace", Duration("10ms", "1m"), o => o.Concentrator.Vm.TakeoverGrace, (o, v) => o.Concentrator.Vm.TakeoverGrace = v,
            "Time a machine has to give a sign of life when another connection claims its UUID.", reloads: true),
        Key("vm.keepAliveIdle", Duration("1s", "24h"), o => o.Concentrator.Vm.KeepAliveIdle, (o, v) => o.Concentrator.Vm.KeepAliveIdle = v,
            "Idle time before TCP keepalive probes a silent link.", reloads: true),
        Key("vm.keepAliveInterval", Duration("1s", "1h"), o => o.Concentrator.Vm.KeepAliveInterval, (o, v) => o.Concentrator.Vm.KeepAliveInterval = v,
            "Time between keepalive probes.", reloads: true),
        Key("vm.keepAliveProbes", Whole(1, 100), o => o.Concentrator.Vm.KeepAliveProbes, (o, v) => o.Concentrator.Vm.KeepAliveProbes = v,
            "Unanswered probes that end a link.", reloads: true),
        Key("vm.translateCr", BooleanSyntax.Instance, o => o.Concentrator.Vm.TranslateCr, (o, v) => o.Concentrator.Vm.TranslateCr = v,
            "Apply telnet's CR NUL rule to links without the BINARY option; no known host needs it.", reloads: true),

        Key("vm.comPort", BooleanSyntax.Instance, o => o.Concentrator.Vm.ComPort, (o, v) => o.Concentrator.Vm.ComPort = v,
            "Whether machines may tell speed and framing of their line (RFC 2217).", reloads: true),
        Key("vm.lineSettings", Telling, o => o.Concentrator.Vm.LineSettings, (o, v) => o.Concentrator.Vm.LineSettings = v,
            "Which machines are told what clients make of speed, framing and modem lines: Portside's bridges, all, or none.", reloads: true),

        Key("console.telnet", TelnetRangeSyntax.Instance, Range, SetRange,
            "Where every port gets a telnet port of its own, or off.", "--console-telnet"),
        Key("console.insecureAnywhere", BooleanSyntax.Instance, o => o.InsecureConsoleAnywhere, (o, v) => o.InsecureConsoleAnywhere = v,
            "Let console.telnet listen beyond loopback, where anybody may take any console.", "--insecure-console-anywhere"),
        Key("console.expireAfter", Duration("1m", "3650d"), o => o.Concentrator.Console.ExpireAfter, (o, v) => o.Concentrator.Console.ExpireAfter = v,
            "How long a port without link and clients is remembered, with its telnet port.", reloads: true),
        Bytes("console.replay", 256, 256 * MiB, o => o.Concentrator.Console.ReplayBytes, (o, v) => o.Concentrator.Console.ReplayBytes = (int)v,
            "Recent output shown on attach."),
        Bytes("console.lag", 4 * KiB, 1024 * MiB, o => o.Concentrator.Console.LagBytes, (o, v) => o.Concentrator.Console.LagBytes = (int)v,
            "How far a client or the log may fall behind before it misses bytes."),
        Key("console.escape", KeySyntax.Instance, o => o.Concentrator.Console.Escape, (o, v) => o.Concentrator.Console.Escape = v,
            "The key that opens the menu.", reloads: true),
        Key("console.tildeEscape", BooleanSyntax.Instance, o => o.Concentrator.Console.TildeEscape, (o, v) => o.Concentrator.Console.TildeEscape = v,
            "Whether Enter ~ . leaves, as ssh users expect.", reloads: true),
        Key("console.defaultMode", Mode, o => o.Concentrator.Console.DefaultMode, (o, v) => o.Concentrator.Console.DefaultMode = v,
            "Mode of a telnet client.", reloads: true),
        Key("console.silenceAfter", Duration("0s", "1h"), o => o.Concentrator.Console.SilenceAfter, (o, v) => o.Concentrator.Console.SilenceAfter = v,
            "Silence after attach before a client is told why the screen may be empty.", reloads: true),
        Key("console.optionAnswerWithin", Duration("10ms", "1m"), o => o.Concentrator.Console.OptionAnswerWithin, (o, v) => o.Concentrator.Console.OptionAnswerWithin = v,
            "Time a telnet client has to answer options before it is taken for a program.", reloads: true),
        Key("console.maxClientsPerPort", Whole(1, 100_000), o => o.Concentrator.Console.MaxClientsPerPort, (o, v) => o.Concentrator.Console.MaxClientsPerPort = v,
            "Clients on one port.", reloads: true),
        Key("console.maxClients", Whole(1, 1_000_000), o => o.Concentrator.Console.MaxClients, (o, v) => o.Concentrator.Console.MaxClients = v,
            "Clients in all.", reloads: true),

        Key("http.listen", EndpointSyntax.Instance, o => o.Http.Listen, (o, v) => o.Http.Listen = v,
            "Where the HTTP API listens.", "--http-listen"),
        Key("http.insecureAnywhere", BooleanSyntax.Instance, o => o.Http.InsecureAnywhere, (o, v) => o.Http.InsecureAnywhere = v,
            "Let http.listen be beyond loopback, where anybody may take any console.", "--insecure-http-anywhere"),
        List("http.hosts", HostName, o => o.Http.Hosts, (o, v) => o.Http.Hosts = v,
            "Host names by which browsers and reverse proxies may call the API, besides its own addresses."),

        Optional("log.directory", Directory, o => o.Concentrator.Log.Directory, (o, v) => o.Concentrator.Log.Directory = v,
            "Directory of the raw log of every port; none: log in the state directory.", "--log-directory"),
        Key("log.enabled", BooleanSyntax.Instance, o => o.Concentrator.Log.Enabled, (o, v) => o.Concentrator.Log.Enabled = v,
            "Whether ports are logged."),
        Bytes("log.maxFileBytes", 4 * KiB, 1L << 40, o => o.Concentrator.Log.MaxFileBytes, (o, v) => o.Concentrator.Log.MaxFileBytes = v,
            "Size at which a log file is rotated.", reloads: true),
        Key("log.keepFiles", Whole(0, 10_000), o => o.Concentrator.Log.KeepFiles, (o, v) => o.Concentrator.Log.KeepFiles = v,
            "Rotated files kept per port beside the current one.", reloads: true),
        Key("log.stallLimit", Duration("0s", "1m"), o => o.Concentrator.Log.StallLimit, (o, v) => o.Concentrator.Log.StallLimit = v,
            "Time a flood waits for a slow disk before the log, not the console, loses bytes.", reloads: true),
        Key("log.maxOpenFiles", Whole(2, 100_000), o => o.Concentrator.Log.MaxOpenFiles, (o, v) => o.Concentrator.Log.MaxOpenFiles = v,
            "Log files held open at once; an eighth of the process's limit of open files at most.", reloads: true),

        List("remote.dial", DialRuleSyntax.Instance, o => o.Concentrator.Remote.Dial, (o, v) => o.Concentrator.Remote.Dial = v,
            "What may be dialled for machines whose service URI names it with direction client: hosts by name or network, with ports.", reloads: true),
        List("remote.deny", DialRuleSyntax.Instance, o => o.Concentrator.Remote.Deny, (o, v) => o.Concentrator.Remote.Deny = v,
            "What may not be dialled, whatever remote.dial says.", reloads: true),
        Key("remote.listenPorts", PortRangeSyntax.Instance, o => new PortRange(o.Concentrator.Remote.FirstListenPort, o.Concentrator.Remote.LastListenPort),
            (o, v) => (o.Concentrator.Remote.FirstListenPort, o.Concentrator.Remote.LastListenPort) = (v.First, v.Last),
            "Where may be listened for machines whose service URI asks for it with direction server, or off."),
        List("remote.listenAddresses", AddressSyntax.Instance, o => o.Concentrator.Remote.ListenAddresses, (o, v) => o.Concentrator.Remote.ListenAddresses = v,
            "The only addresses listened on for machines; none: all. A service URI without a host gets all of them."),
        List("remote.localLines", new TextSyntax("a path, with * and ? as in file names"), o => o.Concentrator.Remote.LocalLines, (o, v) => o.Concentrator.Remote.LocalLines = v,
            "Sockets and terminal devices of this machine that cables may lead to; none: cables lead to ports and network addresses only.", reloads: true),
        Key("remote.connectTimeout", Duration("100ms", "10m"), o => o.Concentrator.Remote.ConnectTimeout, (o, v) => o.Concentrator.Remote.ConnectTimeout = v,
            "Time reaching a remote system may take."),
        Key("remote.firstRetry", Duration("10ms", "1h"), o => o.Concentrator.Remote.FirstRetry, (o, v) => o.Concentrator.Remote.FirstRetry = v,
            "Wait before a remote system that failed or was lost is dialled again; it doubles each time.", reloads: true),
        Key("remote.lastRetry", Duration("10ms", "24h"), o => o.Concentrator.Remote.LastRetry, (o, v) => o.Concentrator.Remote.LastRetry = v,
            "The longest such wait.", reloads: true),

        Key("migration.timeout", Duration("1s", "24h"), o => o.Concentrator.Migration.Timeout, (o, v) => o.Concentrator.Migration.Timeout = v,
            "Time a vMotion may take before it counts as aborted.", reloads: true),
        Bytes("migration.holdBytes", KiB, 256 * MiB, o => o.Concentrator.Migration.HoldBytes, (o, v) => o.Concentrator.Migration.HoldBytes = (int)v,
            "Bytes for a machine that wait while it moves; then clients wait."),
        Key("migration.deliverHeldToNewBoot", BooleanSyntax.Instance, o => o.Concentrator.Migration.DeliverHeldToNewBoot, (o, v) => o.Concentrator.Migration.DeliverHeldToNewBoot = v,
            "Whether held bytes reach a machine that came back by a fresh start.", reloads: true),

        Optional("vsphere.url", new TextSyntax("an address such as https://vcenter.example/sdk"), o => o.VSphere.Url, (o, v) => o.VSphere.Url = v,
            "A vCenter or ESXi whose names, power states and hosts are shown with the ports; none: what machines say of themselves.", reloads: true),
        Optional("vsphere.user", new TextSyntax("a user"), o => o.VSphere.User, (o, v) => o.VSphere.User = v,
            "Who logs in there; reading is enough.", reloads: true),
        Optional("vsphere.passwordFile", File, o => o.VSphere.PasswordFile, (o, v) => o.VSphere.PasswordFile = v,
            "File with the password, read at each login.", reloads: true),
        Optional("vsphere.thumbprint", new TextSyntax("40 or 64 hex digits"), o => o.VSphere.Thumbprint, (o, v) => o.VSphere.Thumbprint = v,
            "SHA-1 or SHA-256 of the only certificate to trust.", reloads: true),
        Optional("vsphere.caFile", File, o => o.VSphere.CaFile, (o, v) => o.VSphere.CaFile = v,
            "PEM file with the authorities whose certificates are believed; none: the system's.", reloads: true),
        Key("vsphere.guard", Guard, o => o.VSphere.Guard, (o, v) => o.VSphere.Guard = v,
            "What follows when a link is not the machine it claims to be, by its UUID and the addresses of that machine's host: nothing, a note, or quarantine.", reloads: true),
        Key("vsphere.guardWait", Duration("1s", "10m"), o => o.Concentrator.Guard.Wait, (o, v) => o.Concentrator.Guard.Wait = v,
            "Time that the inventory gets to agree with a machine before its claim counts as wrong.", reloads: true),

        Key("diagnostics.level", Level, o => o.Diagnostics.Level, (o, v) => o.Diagnostics.Level = v,
            "Least important event that is written.", "--log-level", reloads: true),
        Key("diagnostics.format", Format, o => o.Diagnostics.Format, (o, v) => o.Diagnostics.Format = v,
            "How an event is written.", "--log-format"),
    ];

    /// <summary>The key called <paramref name="path"/>, without regard to case.</summary>
    /// <param name="path">As in <see cref="ConfigKey.Path"/>.</param>
    /// <returns>The key, or null.</returns>
    public static ConfigKey? Find(string path) => All.FirstOrDefault(k => k.Path.Equals(path, StringComparison.OrdinalIgnoreCase));

    /// <summary>The key somebody may have meant by <paramref name="path"/>.</summary>
    /// <param name="path">What was written, with its section.</param>
    /// <returns>The path of a key, or null.</returns>
    public static string? Nearest(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        var section = path.Contains('.', StringComparison.Ordinal) ? path[..path.IndexOf('.', StringComparison.Ordinal)] : null;
        var near = Spelling.Nearest(name, All.Where(k => k.Section == section).Select(k => k.Name));
        if (near is not null)
            return section is null ? near : $"{section}.{near}";
        return All.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Path
            ?? Spelling.Nearest(path, All.Select(k => k.Path));
    }

    private static TelnetRange Range(PortsideOptions options)
    {
        var console = options.Concentrator.Console;
        return new TelnetRange(console.TelnetAddress, console.FirstTelnetPort, console.LastTelnetPort);
    }

    private static void SetRange(PortsideOptions options, TelnetRange range)
    {
        var console = options.Concentrator.Console;
        console.TelnetAddress = range.Address;
        if (range.Address is not null)
            (console.FirstTelnetPort, console.LastTelnetPort) = (range.First, range.Last);
    }

    private static DurationSyntax Duration(string least, string most)
    {
        _ = DurationSyntax.Any.Read(least, out var from);
        _ = DurationSyntax.Any.Read(most, out var to);
        return new DurationSyntax(from, to);
    }

    private static WholeNumberSyntax Whole(int least, int most) => new(least, most);

    private static ScalarKey<T> Key<T>(
        string path, ValueSyntax<T> syntax, Func<PortsideOptions, T> get, Action<PortsideOptions, T> set, string summary, string? option = null, bool reloads = false) =>
        new(syntax, o => (true, get(o)), set) { Path = path, Summary = summary, Option = option, Reloads = reloads };

    private static ScalarKey<string> Optional(
        string path, ValueSyntax<string> syntax, Func<PortsideOptions, string?> get, Action<PortsideOptions, string?> set, string summary, string? option = null, bool reloads = false) =>
        new(syntax, o => (get(o) is not null, get(o) ?? ""), set, o => set(o, null)) { Path = path, Summary = summary, Option = option, Reloads = reloads };

    private static ScalarKey<long> Bytes(
        string path, long least, long most, Func<PortsideOptions, long> get, Action<PortsideOptions, long> set, string summary, bool reloads = false) =>
        Key(path, new SizeSyntax(least, most), get, set, summary, option: null, reloads);

    private static ListKey<T> List<T>(
        string path, ValueSyntax<T> syntax, Func<PortsideOptions, IList<T>> get, Action<PortsideOptions, IList<T>> set, string summary, string? option = null, bool reloads = false, int least = 0) =>
        new(syntax, get, set, least) { Path = path, Summary = summary, Option = option, Reloads = reloads };
}
