using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Portside.Api.Contracts;

namespace Portside.Api.Remote;

/// <summary>The HTTP API as methods. Every failure is an <see cref="ApiException"/> that names the object it is about.</summary>
internal sealed class ApiClient : IDisposable
{
    private const int LongestProblem = 64 * 1024;

    // Twenty thousand ports are some 20 MB.
    private const int LongestAnswer = 64 * 1024 * 1024;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly RefusalKeeper _refusals;
    private readonly TimeProvider _clock;

    /// <summary>A client of <paramref name="server"/>.</summary>
    /// <param name="server">Its base address, from <see cref="ServerAddress"/>.</param>
    /// <param name="clock">The clock by which an answer has 10 s to begin and, unless it is a stream, 60 s more to end.</param>
    public ApiClient(Uri server, TimeProvider clock)
    {
        (Server, _clock) = (server, clock);
        _refusals = new RefusalKeeper(new SocketsHttpHandler
        {
            // A proxy that is configured for the web knows nothing of this machine's own loopback.
            UseProxy = !server.IsLoopback,
            AllowAutoRedirect = false,
            ConnectTimeout = AnswerWithin,
        });
        _http = new HttpClient(_refusals) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The server's base address.</summary>
    public Uri Server { get; }

    /// <summary>All ports.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The ports.</returns>
    public Task<IReadOnlyList<PortDescription>> GetPortsAsync(CancellationToken cancellation) =>
        GetAsync("v1/ports", "the ports", ApiJson.Default.IReadOnlyListPortDescription, cancellation);

    /// <summary>One port.</summary>
    /// <param name="selector">Id, UUID, unique prefix or name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The port.</returns>
    public Task<PortDescription> GetPortAsync(string selector, CancellationToken cancellation) =>
        GetAsync(PortPath(selector), selector, ApiJson.Default.PortDescription, cancellation);

    /// <summary>All clients, or those of one port.</summary>
    /// <param name="selector">A port, or null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The clients.</returns>
    public Task<IReadOnlyList<ClientDescription>> GetClientsAsync(string? selector, CancellationToken cancellation) =>
        GetAsync(selector is null ? "v1/clients" : $"{PortPath(selector)}/clients", selector ?? "the clients",
            ApiJson.Default.IReadOnlyListClientDescription, cancellation);

    /// <summary>Connections of the VM side that were turned away.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The latest first.</returns>
    public Task<IReadOnlyList<RejectedDescription>> GetRejectedAsync(CancellationToken cancellation) =>
        GetAsync("v1/rejected", "the rejected attempts", ApiJson.Default.IReadOnlyListRejectedDescription, cancellation);

    /// <summary>Connections of the VM side that are held.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The longest first.</returns>
    public async Task<IReadOnlyList<QuarantinedDescription>> GetQuarantinedAsync(CancellationToken cancellation)
    {
        try
        {
            return await GetAsync("v1/quarantined", "the quarantine", ApiJson.Default.IReadOnlyListQuarantinedDescription, cancellation);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            // A concentrator from before there was one.
            return [];
        }
    }

    /// <summary>Gives a connection that is held the port it claims.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>When it may.</returns>
    public async Task AdmitAsync(string id, string by, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/quarantined/{Segment(id)}/admit?by={Uri.EscapeDataString(by)}");
        using var response = await SendAsync(request, id, cancellation);
    }

    /// <summary>Closes a connection that is held.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>When it is closed.</returns>
    public async Task DropAsync(string id, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/quarantined/{Segment(id)}");
        using var response = await SendAsync(request, id, cancellation);
    }

    /// <summary>The concentrator itself.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Its description.</returns>
    public Task<ServerDescription> GetServerAsync(CancellationToken cancellation) =>
        GetAsync("v1/server", "the server", ApiJson.Default.ServerDescription, cancellation);

    /// <summary>Detaches a client; it is told by whom.</summary>
    /// <param name="client">Its id.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>When it is gone.</returns>
    public async Task KickAsync(string client, string by, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/clients/{Segment(client)}?by={Uri.EscapeDataString(by)}");
        using var response = await SendAsync(request, client, cancellation);
    }

    /// <summary>All cables.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>By name.</returns>
    public Task<IReadOnlyList<CableDescription>> GetCablesAsync(CancellationToken cancellation) =>
        GetAsync("v1/cables", "the cables", ApiJson.Default.IReadOnlyListCableDescription, cancellation);

    /// <summary>Plugs in a cable.</summary>
    /// <param name="cable">Which.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The cable.</returns>
    public async Task<CableDescription> AddCableAsync(CableRequest cable, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/cables")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(cable, ApiJson.Default.CableRequest))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        return await ReadAsync(request, cable.Name ?? "the cable", ApiJson.Default.CableDescription, cancellation);
    }

    /// <summary>Pulls a cable out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>When it is gone.</returns>
    public async Task RemoveCableAsync(string name, CancellationToken cancellation)
    {
        if (name.All(c => c == '.'))
            throw new ApiException($"no cable is called '{name}'", HttpStatusCode.NotFound);
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/cables/{Uri.EscapeDataString(name)}");
        using var response = await SendAsync(request, name, cancellation);
    }

    /// <summary>Sends a break.</summary>
    /// <param name="selector">The port.</param>
    /// <param name="name">Who sends it.</param>
    /// <param name="sysRq">The key to follow it; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>When it is on its way.</returns>
    public async Task BreakAsync(string selector, string name, string? sysRq, CancellationToken cancellation)
    {
        var key = sysRq is null ? "" : $"&sysrq={Uri.EscapeDataString(sysRq)}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{PortPath(selector)}/break?name={Uri.EscapeDataString(name)}{key}");
        using var response = await SendAsync(request, selector, cancellation);
    }

    /// <summary>What a port said.</summary>
    /// <param name="selector">The port.</param>
    /// <param name="query">The query part with its question mark, or nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Raw bytes; disposing ends the request.</returns>
    public async Task<Stream> OpenLogAsync(string selector, string query, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{PortPath(selector)}/log{query}");
        var response = await SendAsync(request, selector, cancellation);
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    /// <summary>Attaches to a port.</summary>
    /// <param name="selector">The port.</param>
    /// <param name="query">How.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The open socket; the caller disposes it.</returns>
    public async Task<WebSocket> AttachAsync(string selector, AttachQuery query, CancellationToken cancellation)
    {
        var address = new UriBuilder(new Uri(Server, $"{PortPath(selector)}/attach{query}"));
        address.Scheme = address.Scheme == "https" ? "wss" : "ws";
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        try
        {
            using var patience = new CancellationTokenSource(AnswerWithin, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            await socket.ConnectAsync(address.Uri, _http, either.Token);
            return socket;
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            if (_refusals.Last is var (status, problem))
                throw Refused(status, problem, selector);
            throw Unreachable(e.InnerException is HttpRequestException inner ? inner : e);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, string what, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await ReadAsync(request, what, type, cancellation);
    }

    private async Task<T> ReadAsync<T>(HttpRequestMessage request, string what, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var response = await SendAsync(request, what, cancellation);
        using var patience = new CancellationTokenSource(EndWithin, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await response.Content.LoadIntoBufferAsync(LongestAnswer, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return HasEmptyItem(body) ? throw NotOurs() : JsonSerializer.Deserialize(body, type) ?? throw NotOurs();
        }
        catch (JsonException)
        {
            throw NotOurs();
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new ApiException($"{Shown} answered with more than {LongestAnswer >> 20} MiB about {what}; is the address right?", inner: e);
        }
        catch (OperationCanceledException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new ApiException($"{Shown} did not end its answer about {what} within {Seconds(EndWithin)} s", inner: e) { IsTimeout = true };
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw Unreachable(e);
        }
    }

    // No list of the API holds nothing, and what reads them relies on that.
    private static bool HasEmptyItem(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var isNamed = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Null && !isNamed)
                return true;
            isNamed = reader.TokenType == JsonTokenType.PropertyName;
        }

        return false;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string what, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            using var patience = new CancellationTokenSource(AnswerWithin, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Unreachable(e);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            using var patience = new CancellationTokenSource(AnswerWithin, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            Problem? problem = null;
            try
            {
                problem = await ReadProblemAsync(response, either.Token);
            }
            catch (OperationCanceledException)
            {
                // Its status says enough.
                cancellation.ThrowIfCancellationRequested();
            }

            throw Refused(response.StatusCode, problem, what);
        }
    }

    private ApiException Refused(HttpStatusCode status, Problem? problem, string what)
    {
        var detail = problem?.Detail ?? problem?.Title;
        return new ApiException(
            detail ?? $"{Shown} answered {(int)status} {status} about {what}; is it Portside?", status, problem);
    }

    private ApiException NotOurs() => new($"{Shown} answered something else than Portside's API does; is the address right?");

    private ApiException Unreachable(Exception e)
    {
        if (e is OperationCanceledException)
        {
            return new ApiException($"{Shown} did not answer within {Seconds(AnswerWithin)} s", inner: e) { IsTimeout = true };
        }

        var reason = Cause(e) is SocketException socket
            ? socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "nothing listens there",
                SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "its name is unknown",
                _ => socket.Message,
            }
            : Cause(e).Message.TrimEnd('.');
        return new ApiException($"cannot reach the server at {Shown}: {reason}", inner: e);
    }

    private static Exception Cause(Exception e)
    {
        while (e.InnerException is not null)
            e = e.InnerException;
        return e;
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private string Shown => Server.GetLeftPart(UriPartial.Path).TrimEnd('/');

    private static string PortPath(string selector) => $"v1/ports/{Segment(selector)}";

    // Dots alone would climb up the path, and nothing is called so.
    private static string Segment(string selector) => selector.All(c => c == '.')
        ? throw new ApiException($"no port matches '{selector}'", HttpStatusCode.NotFound)
        : Uri.EscapeDataString(selector);

    private static async Task<Problem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            if (response.Content.Headers.ContentType is not MediaTypeHeaderValue { MediaType: "application/problem+json" })
                return null;
            await response.Content.LoadIntoBufferAsync(LongestProblem, cancellation);
            using var body = await response.Content.ReadAsStreamAsync(cancellation);
            return await JsonSerializer.DeserializeAsync(body, SparseJson.Default.Problem, cancellation) is { } problem ? ForeignText.Of(problem) : null;
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Keeps what the server said when it refused a WebSocket: the socket itself throws it away.</summary>
    private sealed class RefusalKeeper(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public (HttpStatusCode Status, Problem? Problem)? Last { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            Last = response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.SwitchingProtocols || !request.Headers.Contains("Upgrade")
                ? null
                : (response.StatusCode, await ReadProblemAsync(response, cancellationToken));
            return response;
        }
    }
}
