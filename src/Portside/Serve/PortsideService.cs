using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Portside.Api.Contracts;
using Portside.Api.Server;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Links;
using Portside.Configuration;
using Portside.Naming;

namespace Portside.Serve;

/// <summary>A concentrator with its API, from start to stop.</summary>
internal sealed partial class PortsideService : IAsyncDisposable
{
    /// <summary>Time that requests under way get when the program is asked to end.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(3);

    private readonly WebApplication _application;
    private readonly PortsideOptions _options;
    private readonly EventLog _events;
    private readonly ILogger _log;
    private readonly ServerFacts _facts;
    private readonly Following _following;

    private PortsideService(WebApplication application, ConcentratorServer concentrator, PortsideOptions options, EventLog events, ServerFacts facts, Following following)
    {
        (_application, Concentrator, _options, _events, _facts, _following) = (application, concentrator, options, events, facts, following);
        _log = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Portside");
    }

    /// <summary>The concentrator.</summary>
    public ConcentratorServer Concentrator { get; }

    /// <summary>Starts everything; when the task is done, machines and people can connect.</summary>
    /// <param name="options">A valid configuration; changed by <see cref="Reload"/>.</param>
    /// <param name="events">Where events go; the caller disposes it.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The service.</returns>
    /// <exception cref="StateDirectoryException">The state directory or the directory of the logs cannot be used.</exception>
    /// <exception cref="CertificateException">The certificate cannot be used.</exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    public static async Task<PortsideService> StartAsync(
        PortsideOptions options, EventLog events, string version, TimeProvider time, CancellationToken cancellation)
    {
        // Nothing but what we were told: no settings files of the working directory, no ASPNETCORE_ variables.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "portside" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Http.Listen));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.Logging.AddProvider(events);
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        builder.Logging.AddFilter(events.Wants);
        builder.AddPortsideApi();

        WebApplication? application = null;
        ConcentratorServer? concentrator = null;
        Following? following = null;
        try
        {
            application = builder.Build();
            concentrator = new ConcentratorServer(
                options.Concentrator,
                application.Services.GetRequiredService<ILoggerFactory>(),
                application.Services.GetRequiredService<IMeterFactory>(),
                time);
            var advertised = options.Advertise.Count > 0 ? [.. options.Advertise] : OwnAddresses.All();
            var web = application;
            var names = following = new Following(concentrator, options.VSphere, time, application.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Portside.VSphere"));
            concentrator.NameOf = id => names.Find(id.Uuid)?.Name;
            concentrator.Quarantine.Guard = names;
            var facts = new ServerFacts(
                version,
                server => ProxyUris.All(
                    server.VmEndPoints, advertised, options.Advertise.Count > 0, options.Concentrator.Vm.Tls, server.Certificates?.Current.Sha1Thumbprint),
                () => web.Urls.FirstOrDefault())
            {
                PlaceOf = names.Find,
                VSphere = () => names.Status,
            };
            concentrator.OwnListeners = () => [.. web.Urls.Select(url => IPEndPoint.TryParse(new Uri(url).Authority, out var own) ? own : options.Http.Listen)];
            application.UsePortsideApi(concentrator, facts, [.. options.Http.Hosts, .. advertised]);
            concentrator.Start();
            await StartHttpAsync(application, options.Http.Listen, cancellation);
            concentrator.Metrics.Begin();
            following.Follow(options.VSphere);
            return new PortsideService(application, concentrator, options, events, facts, following);
        }
        catch
        {
            if (following is not null)
                await following.DisposeAsync();
            if (application is not null)
                await application.DisposeAsync();
            if (concentrator is not null)
                await concentrator.DisposeAsync();
            throw;
        }
    }

    /// <summary>The service as the API shows it.</summary>
    /// <returns>Its description.</returns>
    public ServerDescription Describe() => Api.Server.Describe.Server(Concentrator, _facts);

    /// <summary>Applies a configuration read anew; what takes a restart is named in the log and left alone.</summary>
    /// <param name="loaded">The configuration; with mistakes it changes nothing.</param>
    /// <returns>Whether everything could be applied that a reload applies.</returns>
    public bool Reload(LoadedConfiguration loaded)
    {
        foreach (var mistake in loaded.Mistakes)
            LogMistake(mistake.ToString());
        if (!loaded.IsValid)
        {
            LogReloadRefused(loaded.Mistakes.Count);
            return false;
        }

        var guardsAnew = false;

        // What could not be read or reached may be mended, in files that the configuration only names.
        var followsAnew = _following.Status is { State: "refused" } or { State: "unreachable", Machines: 0 };
        foreach (var key in ConfigKeys.All)
        {
            var after = key.Describe(loaded.Options);
            if (after.SequenceEqual(key.Describe(_options)))
                continue;
            var origin = loaded.Origins[key.Path];
            var shown = after.Count == 0 ? "nothing" : string.Join(", ", after);
            if (!key.Reloads)
                LogNeedsRestart(key.Path, shown, origin.ToString());
            else if (key.TryCopy(loaded.Options, _options))
            {
                if (key.Path is "vsphere.guard" or "vsphere.guardWait")
                    guardsAnew = true;
                else
                    followsAnew |= key.Section == "vsphere";
                LogChanged(key.Path, shown, origin.ToString());
            }
        }

        if (followsAnew)
            _following.Follow(_options.VSphere);
        else if (guardsAnew)
            Concentrator.Quarantine.LookAtAll();
        _events.Level = _options.Diagnostics.Level;
        return Concentrator.Reload(_options.Concentrator.Vm.ServiceNames);
    }

    /// <summary>Follows another vSphere from now on, or none.</summary>
    /// <param name="vsphere">Which.</param>
    internal void Follow(VSphereFollowing vsphere) => _following.Follow(vsphere);

    /// <summary>Stops listening, tells everyone attached, and writes out what is in memory.</summary>
    /// <returns>When all is done.</returns>
    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(StopWithin))
            await _application.StopAsync(patience.Token);
        await _following.DisposeAsync();
        await Concentrator.DisposeAsync();
        await _application.DisposeAsync();
    }

    private static async Task StartHttpAsync(WebApplication application, IPEndPoint listen, CancellationToken cancellation)
    {
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (IOException e) when (SocketErrorOf(e) is { } socket)
        {
            throw new ListenException(listen, socket);
        }
        catch (SocketException e)
        {
            throw new ListenException(listen, e);
        }
    }

    private static SocketException? SocketErrorOf(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
                return socket;
        }

        return null;
    }

    [LoggerMessage(2001, LogLevel.Error, "{Mistake}")]
    private partial void LogMistake(string mistake);

    [LoggerMessage(2002, LogLevel.Error, "The configuration is not applied, as it has mistakes ({Count}); what was in force stays so")]
    private partial void LogReloadRefused(int count);

    [LoggerMessage(2003, LogLevel.Information, "{Key} is {Value} now ({Origin})")]
    private partial void LogChanged(string key, string value, string origin);

    [LoggerMessage(2004, LogLevel.Warning, "{Key} is to be {Value} ({Origin}); that takes a restart")]
    private partial void LogNeedsRestart(string key, string value, string origin);

    [LoggerMessage(2005, LogLevel.Error, "The reload failed; what was in force stays so")]
    internal partial void LogReloadFailed(Exception error);
}
