using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.OpenApi;
using Portside.Api.Contracts;
using Portside.Concentrator.Cables;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Diagnostics;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;
using Portside.Lines.Uris;

namespace Portside.Api.Server;

/// <summary>The HTTP API: <c>/v1</c>, WebSocket attach, health, and the console log other tools ask for.</summary>
internal static class ApiEndpoints
{
    // vSphere's, for a machine.
    private const int LongestName = 80;

    /// <summary>Adds the API of <paramref name="server"/> to a web application.</summary>
    public static void MapPortside(this WebApplication app, ConcentratorServer server, ServerFacts facts)
    {
        var telnet = server.Options.Console.TelnetAddress;

        app.MapGet("/healthz", () => Results.Text("ok\n"))
            .WithSummary("Whether the program runs.");
        app.MapGet("/readyz", () => server.VmEndPoints.Count > 0
            ? Results.Text("ready\n")
            : Results.Text("not listening\n", statusCode: StatusCodes.Status503ServiceUnavailable))
            .WithSummary("Whether machines can connect.")
            .WithDescription("503 until they can.");

        var v1 = app.MapGroup("/v1");
        v1.MapGet("/server", () => Results.Json(Describe.Server(server, facts), ApiJson.Default.ServerDescription))
            .Produces<ServerDescription>()
            .WithSummary("The concentrator itself: addresses, proxy URIs, thumbprints, directories, numbers.");
        v1.MapGet("/ports", () => Results.Json(
                [.. server.Ports.All.Select(p => Describe.Port(p, telnet, facts)).OrderBy(p => p.Name ?? p.Id, StringComparer.OrdinalIgnoreCase)],
                ApiJson.Default.IReadOnlyListPortDescription))
            .Produces<IReadOnlyList<PortDescription>>()
            .WithSummary("All ports, by name.");
        v1.MapGet("/ports/{port}", (string port) => WithPort(server, port, found =>
                Results.Json(Describe.Port(found, telnet, facts, measuresLog: true), ApiJson.Default.PortDescription)))
            .Produces<PortDescription>().Produces<Problem>(404).Produces<Problem>(409)
            .WithSummary("One port.")
            .WithDescription("A port is named by its machine's name without regard to case, its id or UUID in any spelling, or a beginning that fits no other: 404 if there is none, 409 with candidates if there are several.");
        v1.MapGet("/ports/{port}/clients", (string port) => WithPort(server, port, found => Clients([found])))
            .Produces<IReadOnlyList<ClientDescription>>().Produces<Problem>(404).Produces<Problem>(409)
            .WithSummary("Who is attached to a port.");
        v1.MapPost("/ports/{port}/break", (string port, string? name, string? sysrq) => WithPort(server, port, found =>
                !SysRqKey.TryParse(sysrq, out var key) ? Problems.Result(Problems.BadQuery($"sysrq: {SysRqKey.Rule}."))
                : found.Break(PeerText.CleanName(name ?? "") ?? "api", key) ? Results.NoContent()
                : Problems.Result(Problems.NoMachine(found))))
            .Produces(204).Produces<Problem>(400).Produces<Problem>(404).Produces<Problem>(409)
            .WithSummary("Sends a break to the machine.")
            .WithDescription("In its place among what was typed before. sysrq is one key to follow it; name is who sends it. 409 where no machine is connected.");
        v1.MapGet("/clients", () => Clients(server.Ports.All)).Produces<IReadOnlyList<ClientDescription>>()
            .WithSummary("Who is attached, on every port.");
        v1.MapDelete("/clients/{id}", (string id, string? by) => Kick(server, id, by))
            .Produces(204).Produces<Problem>(404)
            .WithSummary("Detaches a client.")
            .WithDescription("by is the name it is told.");
        v1.MapGet("/rejected", () => Results.Json(
                [.. server.Rejections.Latest().Select(Describe.Rejected)],
                ApiJson.Default.IReadOnlyListRejectedDescription))
            .Produces<IReadOnlyList<RejectedDescription>>()
            .WithSummary("Machines that were turned away, with the reason, the latest first.");
        v1.MapGet("/quarantined", () => Results.Json(
                [.. server.Quarantine.All().Select(Describe.Quarantined)],
                ApiJson.Default.IReadOnlyListQuarantinedDescription))
            .Produces<IReadOnlyList<QuarantinedDescription>>()
            .WithSummary("Connections that are held, as they are not known to be the machines they claim to be, the longest first.");
        v1.MapPost("/quarantined/{id}/admit", (string id, string? by) => server.Quarantine.Admit(id, PeerText.CleanName(by ?? "") ?? "an administrator")
                ? Results.NoContent()
                : Problems.Result(Problems.NotQuarantined(PeerText.Clean(id))))
            .Produces(204).Produces<Problem>(404)
            .WithSummary("Gives a connection the port it claims.")
            .WithDescription("Until it ends; a port beside it where another live connection has it. by is who says so, for the log.");
        v1.MapDelete("/quarantined/{id}", (string id) => server.Quarantine.Drop(id)
                ? Results.NoContent()
                : Problems.Result(Problems.NotQuarantined(PeerText.Clean(id))))
            .Produces(204).Produces<Problem>(404)
            .WithSummary("Closes a connection that is held.");
        v1.MapGet("/ports/{port}/log", (string port, long? tail, int? lines, string? since, bool? follow, HttpContext context) =>
                LogAsync(server, port, tail, lines, since, follow ?? false, context, app.Lifetime.ApplicationStopping))
            .Produces(200, contentType: MediaTypeNames.Application.Octet).Produces<Problem>(404).Produces<Problem>(409)
            .WithSummary("What a port said, byte by byte.")
            .WithDescription("From the first byte kept, or tail bytes or lines before the end, or since a time such as 2026-01-31T12:00:00Z; with follow=true the answer goes on as the machine does.");
        v1.MapGet("/ports/{port}/attach", (string port, HttpContext context) => AttachAsync(server, facts, port, context, app.Lifetime.ApplicationStopping))
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                Document(operation);
                return Task.CompletedTask;
            })
            .Produces(101).Produces<Problem>(400).Produces<Problem>(404).Produces<Problem>(409)
            .WithSummary("Attaches over a WebSocket: binary frames are serial bytes, text frames are JSON control.")
            .WithDescription("Refusals come before the upgrade: 404, and 409 with holder and since. The control frames are in docs/api.md.");

        v1.MapGet("/cables", () => Results.Json(
                [.. server.Cables.All.Select(cable => Describe.Cable(cable, server.Ports))], ApiJson.Default.IReadOnlyListCableDescription))
            .Produces<IReadOnlyList<CableDescription>>()
            .WithSummary("All cables: what joins a port with another port or a remote system.");
        v1.MapPost("/cables", (HttpContext context, CancellationToken cancellation) => AddCableAsync(server, context, cancellation))
            .Accepts<CableRequest>(MediaTypeNames.Application.Json)
            .Produces<CableDescription>(201).Produces<Problem>(400).Produces<Problem>(404).Produces<Problem>(409)
            .WithSummary("Plugs in a cable.");
        v1.MapDelete("/cables/{name}", (string name) => server.Cables.Remove(name)
                ? Results.NoContent()
                : Problems.Result(Problems.NoCable(PeerText.Clean(name))))
            .Produces(204).Produces<Problem>(404)
            .WithSummary("Unplugs a cable.");

        app.MapGet("/console_log/{uuid}", (string uuid, HttpContext context) => ConsoleLogAsync(server, uuid, context))
            .Produces(200, contentType: MediaTypeNames.Text.Plain).Produces(404)
            .WithSummary("The whole log of a machine, as tools of OpenStack ask for it.");
    }

    /// <summary>The query of attach, which the handler reads itself.</summary>
    private static void Document(OpenApiOperation operation)
    {
        Add("mode", JsonSchemaType.String, $"One of {string.Join(", ", ClientModes.All)}; read-write.");
        Add("steal", JsonSchemaType.Boolean, "Take the port from whoever is in the way; they are told by whom.");
        Add("plain", JsonSchemaType.Boolean, "No text frame but the one that says why it ended.");
        Add("replay", JsonSchemaType.Integer, "Bytes of recent output to send first; as configured (console.replay).");
        Add("name", JsonSchemaType.String, "Who the client is for the others.");
        Add("columns", JsonSchemaType.Integer, "Width of its window.");
        Add("rows", JsonSchemaType.Integer, "Height of its window.");

        void Add(string name, JsonSchemaType type, string description) => (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = description,
            Schema = new OpenApiSchema { Type = type },
        });
    }

    private static IResult WithPort(ConcentratorServer server, string selector, Func<Port, IResult> use)
    {
        var found = server.Ports.Select(Unescape(selector));
        return found.Count switch
        {
            1 => use(found[0]),
            0 => Problems.Result(Problems.NoPort(PeerText.Clean(selector), NearestName(server, Unescape(selector)))),
            _ => Problems.Result(Problems.Ambiguous(PeerText.Clean(selector), found)),
        };
    }

    // Of twenty thousand names those of about the same length are compared, and with nothing that is longer than a name.
    private static string? NearestName(ConcentratorServer server, string selector) => selector.Length > LongestName
        ? null
        : Spelling.Nearest(selector, server.Ports.All.Where(port => port.Name is not null).Select(port => port.Title)
            .Where(name => Math.Abs(name.Length - selector.Length) <= Math.Max(2, selector.Length / 3)));

    private static IResult Clients(IEnumerable<Port> ports) => Results.Json(
        [.. ports.SelectMany(port => port.Snapshot().Clients.Select(client => Describe.Client(client, port)))],
        ApiJson.Default.IReadOnlyListClientDescription);

    private static IResult Kick(ConcentratorServer server, string id, string? by)
    {
        var client = server.Clients().FirstOrDefault(c => c.Id == id);
        if (client is null)
            return Problems.Result(Problems.NoClient(PeerText.Clean(id)));
        client.End($"{PeerText.CleanName(by ?? "") ?? "an administrator"} ended your connection");
        return Results.NoContent();
    }

    private static async Task<IResult> AddCableAsync(ConcentratorServer server, HttpContext context, CancellationToken cancellation)
    {
        CableRequest? wanted;
        try
        {
            wanted = await JsonSerializer.DeserializeAsync(context.Request.Body, ApiJson.Default.CableRequest, cancellation);
        }
        catch (JsonException)
        {
            wanted = null;
        }

        if (wanted is not { Name: { } name, A: { } a, B: { } b })
            return Problems.Result(Problems.BadQuery("A cable is posted as JSON: {\"name\":\"lab\",\"a\":\"web01\",\"b\":\"web02\"}."));

        // Out of every range rather than an exception; the book says what the range is.
        var delay = Math.Clamp(wanted.DelayMilliseconds ?? 0, -1, int.MaxValue);
        try
        {
            var cable = server.Cables.Add(
                name, a, b, new CableOptions(TimeSpan.FromMilliseconds(delay), wanted.Loss ?? 0, wanted.Baud ?? 0));
            return Results.Json(Describe.Cable(cable, server.Ports), ApiJson.Default.CableDescription, statusCode: StatusCodes.Status201Created);
        }
        catch (CableException refused)
        {
            return Problems.Result(Problems.NotPluggedIn(refused));
        }
    }

    private static async Task<IResult> LogAsync(
        ConcentratorServer server,
        string escaped,
        long? tail,
        int? lines,
        string? since,
        bool follow,
        HttpContext context,
        CancellationToken stopping)
    {
        var selector = Unescape(escaped);
        DateTimeOffset? from = null;
        if (since is not null)
        {
            if (!DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
                return Problems.Result(Problems.BadQuery($"since={PeerText.Clean(since)} is not a time; write it as 2026-01-31T12:00:00Z."));
            from = parsed;
        }

        if (lines < 0)
            return Problems.Result(Problems.BadQuery("lines is a number of lines, 0 or more."));
        if (tail < 0)
            return Problems.Result(Problems.BadQuery("tail is a number of bytes, 0 or more."));
        var found = server.Ports.Select(selector);
        if (found.Count > 1)
            return Problems.Result(Problems.Ambiguous(PeerText.Clean(selector), found));
        Func<LogRange, Stream>? open = null;
        if (found is [{ Log: { } log }])
        {
            open = log.OpenRead;
        }
        else if (PortId.TryCreate(selector, null, out var id) && server.Logs is { } logs && logs.Exists(id))
        {
            open = range => logs.OpenRead(id, range);
        }

        if (open is null)
            return Problems.Result(found.Count == 0 ? Problems.NoPort(PeerText.Clean(selector), NearestName(server, selector)) : Problems.NoLog(PeerText.Clean(selector)));
        if (lines is { } wanted)
            tail = await LogLines.CountBackAsync(open, wanted, context.RequestAborted);
        return await SendAsync(
            open(new LogRange { Tail = tail, Since = from, Follow = follow }), MediaTypeNames.Application.Octet, context, stopping);
    }

    private static async Task<IResult> ConsoleLogAsync(ConcentratorServer server, string uuid, HttpContext context)
    {
        if (!PortId.TryCreate(uuid, null, out var id) || server.Logs is not { } logs)
            return Results.NotFound();
        if (server.Ports.TryGet(id, out var port) && port.Log is { } log)
            return await SendAsync(log.OpenRead(new LogRange()), MediaTypeNames.Text.Plain, context, CancellationToken.None);
        return logs.Exists(id)
            ? await SendAsync(logs.OpenRead(id, new LogRange()), MediaTypeNames.Text.Plain, context, CancellationToken.None)
            : Results.NotFound();
    }

    private static async Task<IResult> SendAsync(Stream log, string type, HttpContext context, CancellationToken stopping)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await using var source = log;
        context.Response.ContentType = type;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.StartAsync(context.RequestAborted);
        try
        {
            // The headers go now: a machine may say nothing for hours, and who follows it must not take that for no answer.
            await context.Response.Body.FlushAsync(leaving.Token);
            await log.CopyToAsync(context.Response.Body, leaving.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader of a followed log left, or the program ends; so does following.
        }

        return Results.Empty;
    }

    private static async Task<IResult> AttachAsync(
        ConcentratorServer server, ServerFacts facts, string escaped, HttpContext context, CancellationToken stopping)
    {
        var selector = Unescape(escaped);
        if (!context.WebSockets.IsWebSocketRequest)
            return Problems.Result(Problems.BadQuery("Attach with a WebSocket; over plain HTTP there is /log?follow=true."));
        var query = context.Request.Query;

        // Which of two would be meant is a guess, and a wrong one may give a reader the keyboard.
        if (query.FirstOrDefault(pair => pair.Value.Count > 1) is { Key: { } twice })
            return Problems.Result(Problems.BadQuery($"{PeerText.Clean(twice)} is given more than once."));
        var mode = ClientMode.ReadWrite;
        if (query["mode"] is [{ } word] && !ClientModes.TryParse(word, out mode))
            return Problems.Result(Problems.BadQuery($"mode={PeerText.Clean(word)} is none of {string.Join(", ", ClientModes.All)}."));
        var console = server.Options.Console;
        var replay = console.ReplayBytes;
        if (query["replay"] is [{ } bytes] && (!int.TryParse(bytes, CultureInfo.InvariantCulture, out replay) || replay < 0))
            return Problems.Result(Problems.BadQuery("replay is a number of bytes, 0 or more."));
        var found = server.Ports.Select(selector);
        if (found.Count != 1)
            return WithPort(server, selector, _ => Results.Empty);

        // Who is refused must hear it as HTTP, before the upgrade; so the place is taken first.
        var plain = IsTrue(query["plain"]);
        var remote = context.Connection.RemoteIpAddress;
        var address = $"{(remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote)}:{context.Connection.RemotePort}";
        var name = PeerText.CleanName(query["name"].ToString()) ?? address;
        var port = found[0];
        var client = new WebSocketClient(name, address, plain)
        {
            Columns = Size(query["columns"]),
            Rows = Size(query["rows"]),
            Connection = context.Features.Get<IConnectionSocketFeature>()?.Socket,
            Aborted = context.RequestAborted,
        };
        var result = port.Attach(client, mode, IsTrue(query["steal"]));
        if (!result.Granted)
            return Problems.Result(Problems.Refused(result, PeerText.Clean(selector), mode));
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await client.RunAsync(
                socket, result.Others, p => Describe.Port(p, console.TelnetAddress, facts), plain ? 0 : replay, console, server.Time, stopping);
        }
        finally
        {
            port.Detach(client, "connection lost");
        }

        return Results.Empty;
    }

    // The one character the server leaves escaped in a path, so that it does not part it.
    private static string Unescape(string selector) => selector.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static int Size(Microsoft.Extensions.Primitives.StringValues value) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out var size) ? Math.Clamp(size, 0, 9999) : 0;

    private static bool IsTrue(Microsoft.Extensions.Primitives.StringValues value) =>
        value is [{ } text] && text is "1" or "true" or "yes" or "";
}
