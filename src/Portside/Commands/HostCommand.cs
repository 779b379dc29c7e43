using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Portside.Configuration;
using Portside.Configuration.Syntax;
using Portside.Host.Api;
using Portside.Host.Guests;
using Portside.Host.Inventory;
using Portside.Host.Seeding;
using Portside.Host.Storage;
using Portside.Hosting;
using Portside.Output;
using Portside.Seeding;
using Portside.Serve;
using Portside.VSphere.Soap;

namespace Portside.Commands;

/// <summary><c>portside host</c>: a vSphere in a box, whose machines have real serial ports.</summary>
internal sealed class HostCommand : Command
{
    private const string PasswordVariable = "PORTSIDE_HOST_PASSWORD";
    private const string ReaderVariable = "PORTSIDE_HOST_READ_ONLY_PASSWORD";

    private static readonly ChoiceSyntax<HostShape> Shapes = new(("vcenter", HostShape.VCenter), ("esxi", HostShape.Esxi));

    private readonly GlobalOptions _global;

    private readonly Option<IPEndPoint[]?> _https = Endpoints("--listen", "Where the API is served over https; default 127.0.0.1:8989. May be given again.");
    private readonly Option<IPEndPoint[]?> _http = Endpoints("--http", "Where it is served over plain http as well; default nowhere. May be given again.");
    private readonly Option<HostShape?> _shape = ValueOption.Choice("--shape", Shapes, "What it is: a vCenter (default) or a host by itself.", "SHAPE");
    private readonly Option<int?> _hosts = new("--hosts") { Description = "Hosts of a vCenter, 1 to 64; default 2.", HelpName = "COUNT" };
    private readonly Option<string> _user = new("--user") { Description = "Who may do everything; default administrator@vsphere.local.", HelpName = "NAME", DefaultValueFactory = _ => "administrator@vsphere.local" };
    private readonly Option<string?> _passwordFile = new("--password-file") { Description = $"File with the password; else {PasswordVariable}; else one is made and printed.", HelpName = "FILE" };
    private readonly Option<string?> _reader = new("--read-only-user") { Description = "Who may look and not change; default nobody.", HelpName = "NAME" };
    private readonly Option<string?> _readerFile = new("--read-only-password-file") { Description = $"File with that password; else {ReaderVariable}; else one is made and printed.", HelpName = "FILE" };
    private readonly Option<string?> _state = new("--state") { Description = "Directory for what is kept across restarts: the inventory, the datastore's files and the certificate; default nothing is.", HelpName = "DIR" };
    private readonly Option<string?> _certificate = new("--certificate") { Description = "PEM file with the certificate and its chain; else one is made.", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key") { Description = "PEM file with its key, if it is not in the same file.", HelpName = "FILE" };
    private readonly Option<string?> _seed = new("--seed") { Description = "YAML file with hosts, folders and machines to begin with; what is there already stays.", HelpName = "FILE" };
    private readonly Option<string?> _guest = new("--guest") { Description = "What answers at serial ports of machines that say nothing of it (portside.guest): none, shell (default), echo, numbers:RATE, flood, bootlog, script:FILE and others.", HelpName = "GUEST" };
    private readonly Option<bool> _allowPrograms = new("--allow-programs") { Description = "Let guests be programs of this computer (command:, qemu:): whoever may configure a machine can then run what he likes here." };
    private readonly Option<bool> _allowLocal = new("--allow-local-ends") { Description = "Let machines have this computer's sockets and serial devices behind their ports." };
    private readonly Option<long?> _fileLimit = ValueOption.Of("--file-limit", SizeSyntax.Any, "How large a file behind a serial port may become, before what is written to it is thrown away; default 1GiB.", "BYTES");
    private readonly Option<TimeSpan?> _for = ValueOption.Of("--for", DurationSyntax.Any, "How long; without it until SIGTERM or ^C.", "TIME");

    /// <summary>The verb with its verbs.</summary>
    /// <param name="global">What every verb understands.</param>
    public HostCommand(GlobalOptions global)
        : base("host", "Be a vSphere in a box: the vSphere API for govc, pyVmomi, Ansible and others, and machines whose serial ports really connect.")
    {
        _global = global;
        foreach (var option in (Option[])[_https, _http, _shape, _hosts, _user, _passwordFile, _reader, _readerFile, _state, _certificate, _key, _seed, _guest, _allowPrograms, _allowLocal, _fileLimit, _for])
            Add(option);
        Add(new HostMethodsCommand(global));
        Add(new HostConformanceCommand(global));
        Add(new HostFaultCommand(global));
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        if (caller.OwnsProcess)
            InlineCompletions.Use();
        var format = _global.Format(arguments);
        var settings = Read(arguments, out var password, out var readers);
        var diagnostics = new DiagnosticsOptions { Level = LogLevel.Warning };
        if (format == OutputFormat.Json)
            diagnostics.Format = EventFormat.Json;
        using var events = new EventLog(caller.Error, diagnostics, isJournal: false, caller.Clock);
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(events).SetMinimumLevel(LogLevel.Trace).AddFilter(events.Wants));
        try
        {
            await using var service = await HostService.StartAsync(settings, loggers, caller.Clock, cancellation);
            var host = service.Describe(VersionCommand.Current) with { Password = password, ReadOnlyPassword = readers };
            if (format == OutputFormat.Table)
                caller.Out.Write(HostScreen.Of(host, settings));
            else
                ResultText.Write(caller, format, host, HostJson.Default.HostDescription, isIndented: false);
            var duration = arguments.GetValue(_for) ?? Timeout.InfiniteTimeSpan;
            await Task.Delay(duration, caller.Clock, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
            return ExitCode.Done;
        }
        catch (Exception e) when (e is HostCertificateException or StoreException or VimFaultException)
        {
            throw new CommandFailure(ExitCode.Failed, e.Message.TrimEnd('.'));
        }
        catch (Exception e) when (e is SocketException or IOException { InnerException: not null })
        {
            var addresses = string.Join(", ", settings.Https.Concat(settings.Http));
            throw new CommandFailure(ExitCode.Failed, $"cannot listen on {addresses}: {e.Message.TrimEnd('.')}", "portside host --listen 127.0.0.1:0");
        }
    }

    private HostSettings Read(ParseResult arguments, out string? madePassword, out string? madeReaders)
    {
        var isVCenter = arguments.GetValue(_shape) is not HostShape.Esxi;
        var hosts = arguments.GetValue(_hosts);
        if (hosts is < 1 or > 64)
            throw new CommandFailure(ExitCode.Usage, $"--hosts: '{hosts}' is out of range; expected 1 to 64", "portside host --help");
        if (!isVCenter && hosts is > 1)
            throw new CommandFailure(ExitCode.Usage, "--hosts: a host by itself is one", "portside host --shape vcenter --hosts " + hosts);
        if (arguments.GetValue(_key) is not null && arguments.GetValue(_certificate) is null)
            throw new CommandFailure(ExitCode.Usage, "--key is of no use without --certificate", "portside host --help");
        var users = new List<HostUser>
        {
            new(NameOf("--user", arguments.GetValue(_user)!), Password(arguments.GetValue(_passwordFile), PasswordVariable, out madePassword)),
        };
        madeReaders = null;
        if (arguments.GetValue(_reader) is { } reader)
        {
            users.Add(new(NameOf("--read-only-user", reader), Password(arguments.GetValue(_readerFile), ReaderVariable, out madeReaders), ReadOnly: true));
            if (string.Equals(users[0].Name, reader, StringComparison.OrdinalIgnoreCase))
                throw new CommandFailure(ExitCode.Usage, $"--read-only-user: {reader} is the one who may do everything", "portside host --help");
        }

        var kept = arguments.GetValue(_state) is { } state ? Path.GetFullPath(state) : null;
        var ground = new SeedGround
        {
            IsVCenter = isVCenter,
            Hosts = HostSettings.DefaultHostsOf(isVCenter, hosts ?? 2),
            AllowPrograms = arguments.GetValue(_allowPrograms),
            AllowLocalEnds = arguments.GetValue(_allowLocal),
            Datastore = kept is null ? null : Path.Combine(kept, "datastore"),
        };
        var http = arguments.GetValue(_http) ?? [];
        var https = arguments.GetValue(_https) ?? [];
        return new HostSettings
        {
            Https = https.Length > 0 ? https : [new IPEndPoint(IPAddress.Loopback, 8989)],
            Http = http,
            IsVCenter = isVCenter,
            Hosts = hosts ?? 2,
            Users = users,
            State = kept,
            Certificate = arguments.GetValue(_certificate),
            Key = arguments.GetValue(_key),
            AllowLocalEnds = arguments.GetValue(_allowLocal),
            AllowPrograms = arguments.GetValue(_allowPrograms),
            MaxFileBytes = arguments.GetValue(_fileLimit),
            Guest = Guest(arguments),
            Seed = Seed(arguments.GetValue(_seed), ground),
        };
    }

    private string Guest(ParseResult arguments)
    {
        var guest = arguments.GetValue(_guest) ?? "shell";
        return new GuestFactory(new GuestFactoryOptions { AllowPrograms = arguments.GetValue(_allowPrograms) }).TryCreate(guest, "", out _, out var error)
            ? guest
            : throw new CommandFailure(ExitCode.Usage, $"--guest: {error?.TrimEnd('.')}", "portside host --help");
    }

    private static HostSeed Seed(string? file, SeedGround ground)
    {
        if (file is null)
            return new HostSeed();
        var seed = HostSeedFile.Read(file, out var mistakes, ground);
        return mistakes.Count == 0
            ? seed
            : throw new CommandFailure(ExitCode.Usage, $"{file} has {mistakes.Count} {(mistakes.Count == 1 ? "mistake" : "mistakes")}:\n  {string.Join("\n  ", mistakes)}");
    }

    private static string NameOf(string option, string name) => string.IsNullOrWhiteSpace(name)
        ? throw new CommandFailure(ExitCode.Usage, $"{option}: a name is expected", "portside host --help")
        : name;

    private string Password(string? file, string variable, out string? made)
    {
        made = null;
        if (file is not null)
        {
            // An editor ends the last line; a password does not.
            string text;
            try
            {
                text = Files.RegularFile.ReadAllText(file).TrimEnd('\r', '\n');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure(ExitCode.Usage, $"the password in {file} cannot be read: {e.Message.TrimEnd('.')}", "portside host --help");
            }

            return text.Length > 0 ? text : throw new CommandFailure(ExitCode.Usage, $"{file} has no password in it", "portside host --help");
        }

        if (_global.Caller.Environment.GetValueOrDefault(variable) is { Length: > 0 } given)
            return given;
        return made = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 16);
    }

    private static Option<IPEndPoint[]?> Endpoints(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ADDR:PORT",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var addresses = new List<IPEndPoint>();
            foreach (var token in result.Tokens)
            {
                if (EndpointSyntax.Instance.Read(token.Value, out var address) is { } complaint)
                    result.AddError($"{name}: {complaint}");
                else
                    addresses.Add(address);
            }

            return [.. addresses];
        },
    };
}
