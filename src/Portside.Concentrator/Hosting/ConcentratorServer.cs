using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Cables;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Guarding;
using Portside.Concentrator.Links;
using Portside.Concentrator.Migration;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;
using Portside.Concentrator.Remotes;
using Portside.Concentrator.Routing;

namespace Portside.Concentrator.Hosting;

/// <summary>A whole concentrator: listeners, ports, logs and state, from start to stop.</summary>
public sealed partial class ConcentratorServer : IAsyncDisposable
{
    private static readonly TimeSpan TidyPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Rounds of tidying between two looks at every port; what they look for takes minutes.</summary>
    private const int RoundsPerPortTidy = 10;

    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly SecretSource _secrets;
    private ServiceRouter _router;
    private PortStore? _numbers;
    private ConsoleListeners? _consoles;
    private LinkListener? _links;
    private RemoteSystems? _remotes;
    private Task _tidying = Task.CompletedTask;
    private bool _disposed;

    /// <summary>A concentrator that has not started.</summary>
    /// <param name="options">What it is told; valid.</param>
    /// <param name="loggers">Where its events go.</param>
    /// <param name="meters">Where its figures go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="secrets">Where the secrets of migrations come from; null for random numbers.</param>
    public ConcentratorServer(
        ConcentratorOptions options,
        ILoggerFactory loggers,
        IMeterFactory meters,
        TimeProvider time,
        SecretSource? secrets = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Time = time;
        Metrics = new ConcentratorMetrics(meters);
        Rejections = new Rejections(Metrics, time);
        Quarantine = new Quarantine(options, Rejections, Metrics, time, loggers.CreateLogger("Portside.Guard"));
        _loggers = loggers;
        _log = loggers.CreateLogger("Portside.Concentrator");
        _secrets = secrets ?? SecretSources.Random;
        _router = new ServiceRouter(options.Vm.ServiceNames);
    }

    /// <summary>What it was told.</summary>
    public ConcentratorOptions Options { get; }

    /// <summary>Its clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Its figures.</summary>
    public ConcentratorMetrics Metrics { get; }

    /// <summary>When it started, UTC.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Its ports; from <see cref="Start"/> on.</summary>
    public PortRegistry Ports { get; private set; } = null!;

    /// <summary>Its cables; from <see cref="Start"/> on.</summary>
    public CableBook Cables { get; private set; } = null!;

    /// <summary>Where this process listens besides, such as for HTTP: nothing of that is dialled for a machine.</summary>
    public Func<IEnumerable<IPEndPoint>> OwnListeners { get; set; } = () => [];

    /// <summary>What somebody who knows better calls a machine, safe to show; its own word for itself where that is null. Never waits.</summary>
    public Func<PortId, string?> NameOf { get; set; } = static _ => null;

    /// <summary>Refused attempts of machines.</summary>
    public Rejections Rejections { get; }

    /// <summary>Links that are not known to be the machines they claim to be.</summary>
    public Quarantine Quarantine { get; }

    /// <summary>The certificate machines see; null when TLS is off.</summary>
    public CertificateStore? Certificates { get; private set; }

    /// <summary>The logs; null when logging is off.</summary>
    public LogStore? Logs { get; private set; }

    /// <summary>Where machines connect, with real port numbers.</summary>
    public IReadOnlyList<IPEndPoint> VmEndPoints => _links?.EndPoints ?? [];

    /// <summary>Links just now, identified or not.</summary>
    public int LinkCount => _links?.Count ?? 0;

    /// <summary>Opens state, logs and listeners; when it returns, machines and people can connect.</summary>
    /// <exception cref="StateDirectoryException">The state directory or the directory of the logs cannot be used.</exception>
    /// <exception cref="CertificateException">The certificate cannot be used.</exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    public void Start()
    {
        StartedAt = Time.GetUtcNow();
        StateDirectory.Prepare(Options.StateDirectory);
        if (Options.Vm.Tls != TlsPolicy.Off)
        {
            Certificates = new CertificateStore(Options.Vm, Options.StateDirectory, Time, _loggers.CreateLogger("Portside.Certificates"));
            Metrics.Meter.CreateObservableGauge(
                "portside.certificate.expiry",
                () => Certificates.Current.Expires.ToUnixTimeSeconds(),
                "s",
                "When the certificate shown to machines expires, in seconds since 1970.");
        }

        var descriptors = DescriptorBudget.OfProcess();
        if (Options.Log.Enabled)
        {
            Logs = new LogStore(
                Options.Log, Options.StateDirectory, Time, _loggers.CreateLogger("Portside.Logs"), descriptors.LogFiles);
            var logs = Logs;
            StateDirectory.PrepareLogs(logs.Directory);
            Metrics.Meter.CreateObservableCounter("portside.log.errors", () => logs.Errors, "{error}", "Failed writes of port logs.");
            Metrics.Meter.CreateObservableCounter("portside.log.dropped", () => logs.BytesDropped, "By", "Bytes that port logs lost to a full or failing disk.");
        }

        var context = new PortContext(
            Options, Logs, new MigrationTable(), _secrets, Metrics, Time, _loggers.CreateLogger("Portside.Ports"))
        {
            NameOf = id => NameOf(id),
            Quarantine = Quarantine,
        };
        Ports = new PortRegistry(context) { Appeared = Appear, Expired = Expire };
        Metrics.Meter.CreateObservableGauge("portside.ports", () => Ports.Count, "{port}", "Known ports, connected or not.");
        _numbers = new PortStore(
            Options.StateDirectory,
            Options.Console.FirstTelnetPort,
            Options.Console.LastTelnetPort,
            Time,
            _loggers.CreateLogger("Portside.State"));
        if (descriptors.Most < (long)Options.Vm.MaxLinks * (Options.Console.TelnetAddress is null ? 1 : 2))
            LogFewDescriptors(descriptors.Most, Options.Vm.MaxLinks);
        if (Options.Console.TelnetAddress is { } address)
        {
            var clients = new ClientContext(Options.Console, Options.Vm, descriptors, Metrics, Time, _loggers.CreateLogger("Portside.Clients"), Rejections);
            _consoles = new ConsoleListeners(address, _numbers, clients);
        }

        foreach (var known in _numbers.Ports.OrderBy(p => p.LastSeen))
        {
            if (Time.GetUtcNow() - known.LastSeen < Options.Console.ExpireAfter)
                Ports.GetOrAdd(known.Id).Restore(known.Name, known.LastSeen, known.Line);
            else
                _numbers.Forget(known.Id);
        }

        _remotes = new RemoteSystems(
            Options.Remote,
            () => [.. VmEndPoints, .. OwnListeners(), .. ConsoleEndPoints()],
            () => Certificates?.Current.Context,
            Metrics,
            Time,
            _loggers.CreateLogger("Portside.Remotes"),
            descriptors);
        Cables = new CableBook(Options.StateDirectory, Ports, _remotes, Time, _loggers.CreateLogger("Portside.Cables"));
        _remotes.Cables = Cables;
        _links = new LinkListener(new LinkContext(
            Options.Vm,
            Ports,
            _remotes,
            () => Volatile.Read(ref _router),
            Rejections,
            Certificates is { } certificates ? () => certificates.Current.Options : null,
            Metrics,
            descriptors,
            Time,
            _loggers.CreateLogger("Portside.Links")));
        _links.Start();
        _tidying = TidyAsync();
    }

    /// <summary>Takes new service names, certificates and log files without dropping a link.</summary>
    /// <param name="serviceNames">The service names configured now.</param>
    /// <returns>False when the new certificate cannot be used; the old one stays then, and the log says why.</returns>
    public bool Reload(IEnumerable<string> serviceNames)
    {
        Volatile.Write(ref _router, new ServiceRouter(serviceNames));
        _links?.ApplyKeepAlive();
        Logs?.Reopen();
        var good = Certificates?.Reload() ?? true;
        LogReloaded();
        return good;
    }

    /// <summary>Everyone attached, on every port.</summary>
    /// <returns>A snapshot.</returns>
    public IReadOnlyList<Client> Clients() => [.. Ports.All.SelectMany(port => port.Snapshot().Clients)];

    /// <summary>Closes listeners, links and clients, and writes out what is in memory.</summary>
    /// <returns>A task.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        await _tidying;
        if (_links is not null)
            await _links.DisposeAsync();
        Cables?.PullAll();
        if (_remotes is not null)
            await _remotes.DisposeAsync();
        foreach (var client in Ports is null ? [] : Clients())
            client.End("the concentrator stops");
        if (_consoles is not null)
            await _consoles.DisposeAsync();
        if (Logs is not null)
            await Logs.DisposeAsync();

        if (_numbers is not null)
        {
            Remember();
            await _numbers.DisposeAsync();
        }

        _stop.Dispose();
    }

    private void Appear(Port port)
    {
        if (_numbers!.Find(port.Id) is null)
            _numbers.Touch(port.Id, port.Name);
        _consoles?.Open(port);
    }

    private void Remember()
    {
        var now = Time.GetUtcNow();
        foreach (var port in Ports.All.Where(p => p.IsDirty(now)))
        {
            var (name, line) = port.TakeMemory();
            _numbers!.Touch(port.Id, name, line);
        }
    }

    private IEnumerable<IPEndPoint> ConsoleEndPoints() => Options.Console.TelnetAddress is { } address
        ? Ports.All.Select(port => port.TelnetPort).OfType<int>().Select(number => new IPEndPoint(address, number))
        : [];

    private void Expire(Port port)
    {
        _remotes?.End(port);
        Cables?.Forget(port);
        _consoles?.Close(port);
        _numbers!.Forget(port.Id);
    }

    private async Task TidyAsync()
    {
        using var timer = new PeriodicTimer(TidyPeriod, Time);
        try
        {
            for (var round = 1; await timer.WaitForNextTickAsync(_stop.Token); round++)
                Tidy(round);
        }
        catch (OperationCanceledException)
        {
            // The concentrator stops.
        }
    }

    private void Tidy(int round)
    {
        Try(_links!.Tidy);
        Try(Ports.TidyMigrations);
        Try(Quarantine.LookAgain);
        Try(Cables.Tidy);
        if (round % RoundsPerPortTidy != 0)
            return;
        Try(Remember);
        Try(Ports.TidyPorts);
    }

    private void Try(Action tidy)
    {
        try
        {
            tidy();
        }
        catch (Exception error)
        {
            // A defect of ours must not end deadlines and expiry for good, nor those of others, and must be seen.
            LogTidyFailed(error);
        }
    }

    [LoggerMessage(601, LogLevel.Error, "Tidying failed for an unforeseen reason; it is tried again")]
    private partial void LogTidyFailed(Exception error);

    [LoggerMessage(602, LogLevel.Warning, "The limit of open files leaves {Sockets} sockets for machines, their telnet ports and clients, fewer than vm.maxLinks ({MaxLinks}) may need: raise LimitNOFILE or ulimit -n")]
    private partial void LogFewDescriptors(long sockets, int maxLinks);

    [LoggerMessage(600, LogLevel.Information, "Reloaded service names, certificates and log files")]
    private partial void LogReloaded();
}
