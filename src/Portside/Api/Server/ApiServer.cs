using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Portside.Commands;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Links;

namespace Portside.Api.Server;

/// <summary>The web application around the API: limits, guard, WebSockets, metrics, OpenAPI.</summary>
internal static class ApiServer
{
    /// <summary>Largest request body; the API takes none but small queries.</summary>
    private const long MaxBodyBytes = 64 * 1024;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    /// <summary>Registers what the application needs, before it is built.</summary>
    public static void AddPortsideApi(this WebApplicationBuilder builder)
    {
        var descriptors = DescriptorBudget.OfProcess();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = descriptors.HttpConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = descriptors.WebSockets;
        });
        builder.Services.AddMetrics();
        builder.Services.AddOpenApi("openapi", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Portside";
            document.Info.Version = VersionCommand.Current;
            document.Info.Description = "Serial consoles of virtual machines: ports, clients, logs, and attaching over a WebSocket. "
                + "Errors are application/problem+json whose 'next' is the command to try.";
            return Task.CompletedTask;
        }));
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            // The description of the API asks for every type in it, errors and query parameters too.
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, Contracts.ApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, Contracts.SparseJson.Default);
        });
        // OTEL_SERVICE_NAME, where it is set, wins.
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("portside", autoGenerateServiceInstanceId: false).AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
        {
            metrics.AddMeter(ConcentratorMetrics.MeterName).AddPrometheusExporter();
            // The variable that OpenTelemetry's own exporters read.
            if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
                metrics.AddOtlpExporter();
        });
    }

    /// <summary>Puts the pipeline together, after the application is built.</summary>
    /// <param name="app">The application.</param>
    /// <param name="server">What it serves.</param>
    /// <param name="facts">What the program knows of itself.</param>
    /// <param name="hosts">Host names by which it may be called besides its addresses.</param>
    public static void UsePortsideApi(this WebApplication app, ConcentratorServer server, ServerFacts facts, IEnumerable<string> hosts)
    {
        var guard = new LoopbackGuard(hosts);
        app.Use(async (context, next) =>
        {
            if (guard.Refuse(context) is { } reason)
                await Problems.Result(Problems.Forbidden(reason)).ExecuteAsync(context);
            else
                await next(context);

            // A path that is none, and a number that is none: the framework answers with a status alone.
            var answer = context.Response;
            if (answer is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
                await Problems.Result(Problems.Bare(answer.StatusCode, context.Request.Path)).ExecuteAsync(context);
        });
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive });
        app.MapPrometheusScrapingEndpoint();
        app.MapOpenApi("/{documentName}.json");
        app.MapPortside(server, facts);
    }
}
