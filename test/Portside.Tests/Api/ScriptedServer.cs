using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portside.Api.Contracts;

namespace Portside.Tests.Api;

/// <summary>A server that says what a test wants said, over a real socket.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ScriptedServer(WebApplication application) => _application = application;

    /// <summary>Its base address.</summary>
    public Uri Address => new(_application.Urls.First() + "/");

    /// <summary>Starts a server.</summary>
    /// <param name="map">Says what it answers.</param>
    /// <returns>The server.</returns>
    public static async Task<ScriptedServer> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        var application = builder.Build();
        application.UseWebSockets();
        map(application);
        await application.StartAsync();
        return new ScriptedServer(application);
    }

    /// <summary>An error as the API makes it.</summary>
    /// <param name="status">The status.</param>
    /// <param name="json">The problem.</param>
    /// <returns>The result.</returns>
    public static IResult Problem(int status, string json) => Microsoft.AspNetCore.Http.Results.Text(json, "application/problem+json", statusCode: status);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
    }
}
