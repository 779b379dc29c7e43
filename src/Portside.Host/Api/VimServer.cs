using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portside.Host.Faults;
using Portside.Host.Inventory;
using Portside.Host.Properties;
using Portside.VSphere.Contracts;

namespace Portside.Host.Api;

/// <summary>The vSphere API of a host or a vCenter: vim25 over SOAP, over https and http.</summary>
public sealed partial class VimServer : IAsyncDisposable
{
    /// <summary>Time that calls under way get when the server is asked to end.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(3);

    private readonly WebApplication _application;
    private readonly SessionTable _sessions;
    private readonly CancellationTokenSource _stopping;
    private int _disposed;

    private VimServer(WebApplication application, SessionTable sessions, CancellationTokenSource stopping, IReadOnlyList<Uri> urls, FaultPlan? faults)
    {
        (_application, _sessions, _stopping, Urls, Faults) = (application, sessions, stopping, urls, faults);
    }

    /// <summary>Where it listens, https first, in the order of the options, ports as they were given by the system.</summary>
    public IReadOnlyList<Uri> Urls { get; }

    /// <summary>What goes wrong on demand; null for a server without an inventory.</summary>
    public FaultPlan? Faults { get; }

    /// <summary>Sessions at this moment.</summary>
    public int SessionCount => _sessions.Count;

    /// <summary>Starts to listen for the clients of an inventory.</summary>
    /// <param name="options">Where, for whom, and how much.</param>
    /// <param name="inventory">Everything that clients see.</param>
    /// <param name="loggers">Hear of it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The server, when clients can connect.</returns>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    public static Task<VimServer> StartAsync(
        VimServerOptions options, HostInventory inventory, ILoggerFactory loggers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        return StartAsync(options, inventory.Objects, inventory.ServiceContent(), inventory, inventory.Time, loggers, cancellation);
    }

    /// <summary>Adds the objects that serve sessions, from <c>ServiceInstance</c> to the property collector, and starts to listen.</summary>
    /// <param name="options">Where, for whom, and how much.</param>
    /// <param name="objects">Everything that clients see.</param>
    /// <param name="content">The well-known objects; session and view manager are named if they are not.</param>
    /// <param name="inventory">What the automation API knows; null for none of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Hear of it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The server, when clients can connect.</returns>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    internal static async Task<VimServer> StartAsync(
        VimServerOptions options,
        ManagedObjects objects,
        ServiceContent content,
        HostInventory? inventory,
        TimeProvider time,
        ILoggerFactory loggers,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        if (options.Https.Count > 0 && options.Certificate is null)
            throw new ArgumentException("https needs a certificate.", nameof(options));

        var logger = loggers.CreateLogger<VimServer>();
        var sessions = new SessionTable(options.IdleTimeout, options.MaxSessions, time, logger);
        var stopping = new CancellationTokenSource();
        WebApplication? application = null;
        try
        {
            content.SessionManager ??= new("SessionManager", "SessionManager");
            content.ViewManager ??= new("ViewManager", "ViewManager");
            var gate = new LoginGate(options.Users, options.FailedLoginBurst, options.FailedLoginsPerSecond, time);
            var manager = new SessionManager(content.SessionManager, sessions, gate);
            objects.Add(new ServiceInstance(content, time));
            objects.Add(manager);
            objects.Add(new PropertyCollector(content.PropertyCollector, objects, time));
            objects.Add(new ViewManager(content.ViewManager, objects));
            var faults = inventory is null ? null : new FaultPlan(inventory);
            var dispatcher = new VimDispatcher(objects, logger, faults is null ? null : async call =>
            {
                if (await faults.BeforeCallAsync(call) && call.Session is { } ended)
                    sessions.End(ended, "it was to expire");
            });
            var endpoint = new SoapEndpoint(options, dispatcher, sessions, manager, logger, stopping.Token);

            application = Build(options, loggers);
            var rest = inventory is null ? null : new RestEndpoint(inventory, dispatcher, sessions, manager, new FaultsEndpoint(faults!), logger, stopping.Token);
            application.Run(context => RouteAsync(context, endpoint, rest));
            await application.StartAsync(cancellation);
            var urls = application.Urls.Select(url => new Uri(url)).ToList();
            foreach (var url in urls)
                LogListening(logger, url);
            return new VimServer(application, sessions, stopping, urls, faults);
        }
        catch
        {
            if (application is not null)
                await application.DisposeAsync();
            sessions.Dispose();
            stopping.Dispose();
            throw;
        }
    }

    /// <summary>Ends every session, lets calls under way end, and stops to listen.</summary>
    /// <returns>When all is done.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync();
        using (var patience = new CancellationTokenSource(StopWithin))
            await _application.StopAsync(patience.Token);
        _sessions.Dispose();
        if (Faults is not null)
            await Faults.DisposeAsync();
        await _application.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(VimServerOptions options, ILoggerFactory loggers)
    {
        // Nothing but what we were told: no settings files of the working directory, no ASPNETCORE_ variables.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Portside.Host" });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, EndedByItsOwner>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            foreach (var address in options.Https)
            {
                kestrel.Listen(address, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.UseHttps(new HttpsConnectionAdapterOptions
                    {
                        ServerCertificate = options.Certificate!.Leaf,
                        ServerCertificateChain = new X509Certificate2Collection(options.Certificate.Chain),
                    });
                });
            }

            foreach (var address in options.Http)
                kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private static Task RouteAsync(HttpContext context, SoapEndpoint soap, RestEndpoint? rest)
    {
        var path = context.Request.Path.Value ?? "";
        var isGet = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (rest is not null && (path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/rest/", StringComparison.Ordinal)
            || path.StartsWith("/portside/", StringComparison.Ordinal)))
            return rest.AnswerAsync(context);
        switch (path)
        {
            case "/sdk" or "/sdk/" when HttpMethods.IsPost(context.Request.Method):
                return soap.AnswerAsync(context);
            case "/sdk/vimServiceVersions.xml" when isGet:
                return SendAsync(context, 200, "text/xml; charset=utf-8", VersionsDocument.Bytes);
            case "/" or "/sdk" or "/sdk/" when isGet:
                return SendAsync(context, 200, "text/plain; charset=utf-8", FrontPage(context.Request));
            case "/" or "/sdk" or "/sdk/" or "/sdk/vimServiceVersions.xml":
                context.Response.Headers.Allow = path.StartsWith("/sdk", StringComparison.Ordinal) ? "GET, POST" : "GET";
                return SendAsync(context, 405, "text/plain; charset=utf-8", "Not this way: calls are POSTs to /sdk.\n"u8.ToArray());
            default:
                return SendAsync(context, 404, "text/plain; charset=utf-8", "There is nothing here: the API is at /sdk.\n"u8.ToArray());
        }
    }

    private static byte[] FrontPage(HttpRequest request)
    {
        // A name in the request is the caller's own, and it comes back as plain text.
        var url = $"{request.Scheme}://{request.Host.Value}/sdk";
        return Encoding.UTF8.GetBytes(
            $"""
            This is a Portside host. It speaks the vSphere API at {url}, and the serial ports of its machines are real.

            govc:    export GOVC_URL={url} GOVC_USERNAME=… GOVC_PASSWORD=… GOVC_INSECURE=1; govc ls
            pyVmomi: SmartConnect(host=…, port=…, user=…, pwd=…, sslContext=ssl._create_unverified_context())

            Methods: portside host methods

            """.ReplaceLineEndings("\n"));
    }

    private static Task SendAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    [LoggerMessage(1400, LogLevel.Information, "The vSphere API is at {Url}")]
    private static partial void LogListening(ILogger logger, Uri url);

    /// <summary>Signals are the program's business.</summary>
    private sealed class EndedByItsOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
