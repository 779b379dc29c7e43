using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Api;

/// <summary>The part of the automation API that knows serial ports and tags, in both styles: <c>/api</c>, and the older <c>/rest</c> that wraps everything.</summary>
internal sealed partial class RestEndpoint(
    HostInventory inventory,
    VimDispatcher dispatcher,
    SessionTable sessions,
    SessionManager manager,
    FaultsEndpoint? faults,
    ILogger logger,
    CancellationToken stopping)
{
    private const string KeyHeader = "vmware-api-session-id";
    private const long MaxBodyBytes = 64 * 1024;

    private readonly RestTagging _tagging = new(inventory);

    /// <summary>Answers one request under <c>/api</c> or <c>/rest</c>, or one for <c>/portside/faults</c>, which is ours.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var isOld = context.Request.Path.StartsWithSegments("/rest", StringComparison.Ordinal);
        var entry = KeyOf(context.Request) is { } key ? sessions.Enter(key) : null;
        RestReply reply;
        RestException? error = null;
        try
        {
            reply = await RouteAsync(context, isOld, entry?.Session);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            error = Explain(e);
            reply = new RestReply(error.Status);
        }
        finally
        {
            if (entry is not null)
                sessions.Leave(entry);
        }

        if (error is { Status: 401 })
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"VAPI endpoint\"";
        if (reply.SessionKey is { } opened && isOld)
            context.Response.Headers.SetCookie = $"{KeyHeader}={opened}; Path=/rest; HttpOnly{(context.Request.IsHttps ? "; Secure" : "")}";
        await WriteAsync(context, isOld, reply, error);
    }

    private static async Task WriteAsync(HttpContext context, bool isOld, RestReply reply, RestException? error)
    {
        var response = context.Response;
        response.StatusCode = isOld && error is null ? 200 : reply.Status;
        var body = new ArrayBufferWriter<byte>();
        if (error is not null || reply.Write is not null)
        {
            await using var json = new Utf8JsonWriter(body);
            if (isOld)
            {
                json.WriteStartObject();
                if (error is not null)
                    json.WriteString("type", "com.vmware.vapi.std.errors." + error.Error.ToLowerInvariant());
                json.WritePropertyName("value");
            }

            if (error is not null)
                WriteError(json, error);
            else
                reply.Write!(json);
            if (isOld)
                json.WriteEndObject();
        }

        if (body.WrittenCount > 0)
            response.ContentType = "application/json";
        if (response.StatusCode != 204)
            response.ContentLength = body.WrittenCount;
        if (body.WrittenCount > 0)
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static void WriteError(Utf8JsonWriter json, RestException error)
    {
        json.WriteStartObject();
        json.WriteString("error_type", error.Error);
        json.WriteStartArray("messages");
        json.WriteStartObject();
        json.WriteString("id", "com.vmware.vapi.std.errors." + error.Error.ToLowerInvariant());
        json.WriteString("default_message", error.Message);
        json.WriteStartArray("args");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task<RestReply> RouteAsync(HttpContext context, bool isOld, Session? session)
    {
        var request = context.Request;
        var path = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)[1..];
        var isSession = isOld ? path is ["com", "vmware", "cis", "session"] : path is ["session"];
        if (isSession && request.Method == "POST" && request.Query["~action"] != "get")
            return await LoginAsync(context);
        if (session is null)
            throw RestException.Unauthenticated("A session is needed: log in with POST /api/session, and show its key in " + KeyHeader + ".");
        var peer = Peer(context);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ended, stopping);
        return (request.Method, path) switch
        {
            ("GET" or "POST", _) when isSession => new RestReply(200, json => WriteSession(json, session)),
            ("DELETE", _) when isSession => End(session),
            (_, ["faults", .. var rest]) when faults is not null && request.Path.StartsWithSegments("/portside", StringComparison.Ordinal) =>
                await faults.AnswerAsync(request, rest, session, () => ReadSpecAsync(request, isOld)),
            (_, ["com", "vmware", "cis", "tagging", .. var rest]) when isOld => await _tagging.AnswerAsync(request, isOld, rest, session, () => ReadBodyAsync(request)),
            (_, ["cis", "tagging", .. var rest]) when !isOld => await _tagging.AnswerAsync(request, isOld, rest, session, () => ReadBodyAsync(request)),
            ("GET", ["vcenter", "vm"]) => new RestReply(200, json => WriteMachines(json, request.Query)),
            (_, ["vcenter", "vm", var id, "power", .. var rest]) => await PowerAsync(
                request, Find(id), rest is [var action] ? action : request.Query["action"].ToString(), Call),
            (_, ["vcenter", "vm", var id, "hardware", "serial"]) => await PortsAsync(request, isOld, Find(id), Call),
            (_, ["vcenter", "vm", var id, "hardware", "serial", var port]) => await PortAsync(
                request, isOld, Find(id), port, request.Query["action"].ToString(), Call),
            ("POST", ["vcenter", "vm", var id, "hardware", "serial", var port, "connect" or "disconnect"]) => await PortAsync(
                request, isOld, Find(id), port, path[^1], Call),
            _ => throw RestException.NotFound($"There is no {request.Method} {request.Path} here."),
        };

        MethodCall Call(string method, MachineEntity machine) =>
            new(SoapRequest.Of(method, machine.Reference), session, peer, ends.Token);
    }

    private async Task<RestReply> LoginAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            throw RestException.Unauthenticated("A name and a password are needed, by Basic authentication.");
        string[] words;
        try
        {
            words = Encoding.UTF8.GetString(Convert.FromBase64String(header[6..].Trim())).Split(':', 2);
        }
        catch (FormatException)
        {
            throw RestException.Unauthenticated("The header Authorization is not Basic authentication.");
        }

        if (words.Length != 2)
            throw RestException.Unauthenticated("The header Authorization has no password.");
        var session = await manager.OpenAsync(words[0], words[1], Peer(context), context.RequestAborted);
        session.Add(manager.In(session));
        return new RestReply(201, json => json.WriteStringValue(session.Secret)) { SessionKey = session.Secret };
    }

    private RestReply End(Session session)
    {
        sessions.End(session, "its client logged out");
        return RestReply.Done;
    }

    private static async Task<RestReply> PortsAsync(
        HttpRequest request, bool isOld, MachineEntity machine, Func<string, MachineEntity, MethodCall> call)
    {
        switch (request.Method)
        {
            case "GET":
                return new RestReply(200, json => RestSerialPorts.WriteList(json, machine));
            case "POST":
                var spec = await ReadSpecAsync(request, isOld);
                var flags = RestSerialPorts.ReadFlags(spec);
                var key = await machine.AddPortAsync(call("ReconfigVM_Task", machine), RestSerialPorts.ReadBacking(spec), flags);
                return new RestReply(201, json => json.WriteStringValue(key.ToString(CultureInfo.InvariantCulture)));
            default:
                throw NotThisWay(request);
        }
    }

    private static async Task<RestReply> PortAsync(
        HttpRequest request, bool isOld, MachineEntity machine, string port, string action, Func<string, MachineEntity, MethodCall> call)
    {
        var device = (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? machine.FindPort(key) : null)
            ?? throw RestException.NotFound($"'{machine.Name}' has no serial port {port}.");
        var change = call("ReconfigVM_Task", machine);
        switch (request.Method, action)
        {
            case ("GET", ""):
                return new RestReply(200, json => RestSerialPorts.WriteInfo(json, device));
            case ("PATCH", ""):
                var spec = await ReadSpecAsync(request, isOld);
                var edit = RestSerialPorts.ReadFlags(spec) with { Backing = RestSerialPorts.ReadOptionalBacking(spec) };
                change.Demand(machine, Privileges.EditDevice);
                return await EditAsync(machine, change, device, () => edit.Backing is not null && device.Connected
                    ? throw RestException.NotAllowed("The port is connected: its backing cannot be changed.")
                    : edit);
            case ("DELETE", ""):
                await machine.RemovePortAsync(change, key);
                return RestReply.Done;
            case ("POST", "connect" or "disconnect"):
                change.Demand(machine, Privileges.DeviceConnection);
                return await EditAsync(machine, change, device, () => Connect(machine, device, action == "connect"));
            default:
                throw NotThisWay(request);
        }
    }

    private static async Task<RestReply> EditAsync(MachineEntity machine, MethodCall change, SerialDevice device, Func<SerialDeviceEdit> read)
    {
        RestException? refused = null;
        try
        {
            await machine.EditPortAsync(change, device, () =>
            {
                try
                {
                    return read();
                }
                catch (RestException e)
                {
                    // The task fails in the words of vim25, the request in those of this API.
                    refused = e;
                    throw Fault.InvalidState(e.Message);
                }
            });
        }
        catch (VimFaultException) when (refused is not null)
        {
            throw refused;
        }

        return RestReply.Done;
    }

    /// <summary>Unlike in vim25, a connected port that is to be connected keeps its connection.</summary>
    private static SerialDeviceEdit Connect(MachineEntity machine, SerialDevice device, bool connect)
    {
        if (machine.PowerState != "poweredOn")
            throw RestException.NotAllowed($"'{machine.Name}' is not powered on.");
        return device.Connected == connect
            ? throw RestException.AlreadySo($"The port is {(connect ? "connected" : "disconnected")} already.")
            : new SerialDeviceEdit { Connected = connect };
    }

    private async Task<RestReply> PowerAsync(HttpRequest request, MachineEntity machine, string action, Func<string, MachineEntity, MethodCall> call)
    {
        if (request.Method == "GET" && action.Length == 0)
        {
            return new RestReply(200, json =>
            {
                json.WriteStartObject();
                json.WriteString("state", PowerOf(machine));
                json.WriteEndObject();
            });
        }

        var (method, state) = (request.Method, action) switch
        {
            ("POST", "start") => ("PowerOnVM_Task", "POWERED_ON"),
            ("POST", "stop") => ("PowerOffVM_Task", "POWERED_OFF"),
            ("POST", "suspend") => ("SuspendVM_Task", "SUSPENDED"),
            ("POST", "reset") => ("ResetVM_Task", ""),
            _ => throw NotThisWay(request),
        };
        if (PowerOf(machine) == state)
            throw RestException.AlreadySo($"'{machine.Name}' is {state} already.");
        var started = await dispatcher.RunAsync(call(method, machine));
        await inventory.Tasks.WaitAsync(started, request.HttpContext.RequestAborted);
        return RestReply.Done;
    }

    private void WriteMachines(Utf8JsonWriter json, IQueryCollection query)
    {
        var names = Wanted("names");
        var ids = Wanted("vms");
        var states = Wanted("power_states");
        var hosts = Wanted("hosts");
        json.WriteStartArray();
        foreach (var machine in inventory.Machines)
        {
            if (Excluded(names, machine.Name) || Excluded(ids, machine.Reference.Value) || Excluded(states, PowerOf(machine))
                || Excluded(hosts, machine.Host.Reference.Value))
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteNumber("memory_size_MiB", machine.Config.MemoryMB);
            json.WriteString("vm", machine.Reference.Value);
            json.WriteString("name", machine.Name);
            json.WriteString("power_state", PowerOf(machine));
            json.WriteNumber("cpu_count", machine.Config.NumCpus);
            json.WriteEndObject();
        }

        json.WriteEndArray();

        // Either style numbers repeated ones or repeats them: names=a&names=b, filter.names.1=a.
        HashSet<string> Wanted(string name) =>
        [
            .. query.Where(pair => pair.Key == name || pair.Key == "filter." + name || pair.Key.StartsWith($"filter.{name}.", StringComparison.Ordinal))
                .SelectMany(pair => pair.Value).OfType<string>(),
        ];

        static bool Excluded(HashSet<string> wanted, string value) => wanted.Count > 0 && !wanted.Contains(value);
    }

    private static void WriteSession(Utf8JsonWriter json, Session session)
    {
        json.WriteStartObject();
        json.WriteString("user", session.User.Name);
        json.WriteString("created_time", session.LoginTime.UtcDateTime);
        json.WriteString("last_accessed_time", session.LastActive.UtcDateTime);
        json.WriteEndObject();
    }

    private static string PowerOf(MachineEntity machine) => machine.PowerState switch
    {
        "poweredOn" => "POWERED_ON",
        "suspended" => "SUSPENDED",
        _ => "POWERED_OFF",
    };

    private static async Task<JsonElement> ReadSpecAsync(HttpRequest request, bool isOld)
    {
        var body = await ReadBodyAsync(request);
        if (!isOld)
            return body;
        return body.ValueKind == JsonValueKind.Object && body.TryGetProperty("spec", out var spec)
            ? spec
            : throw RestException.Invalid("The body has no 'spec'.");
    }

    private static async Task<JsonElement> ReadBodyAsync(HttpRequest request)
    {
        if (request.ContentLength > MaxBodyBytes)
            throw RestException.Invalid($"The body has more than {MaxBodyBytes} bytes.");
        if (request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;
        using var document = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
        return document.RootElement.Clone();
    }

    private MachineEntity Find(string id) => inventory.Objects.Find(new ManagedObjectReference("VirtualMachine", id)) as MachineEntity
        ?? throw RestException.NotFound($"There is no virtual machine '{id}'.");

    private static CallerAddress Peer(HttpContext context) => new(
        (context.Connection.RemoteIpAddress ?? IPAddress.None).ToString(),
        context.Request.Headers.UserAgent.ToString() is { Length: > 200 } agent ? agent[..200] : context.Request.Headers.UserAgent.ToString());

    private static string? KeyOf(HttpRequest request) =>
        request.Headers[KeyHeader].ToString() is { Length: > 0 } header ? header : request.Cookies[KeyHeader];

    private static RestException NotThisWay(HttpRequest request) => new(
        405, "OPERATION_NOT_FOUND", $"{request.Path} knows no {request.Method}{(request.Query["action"] is [{ } action] ? $" with the action '{action}'" : "")}.");

    private RestException Explain(Exception e)
    {
        switch (e)
        {
            case RestException known:
                return known;
            case VimFaultException fault:
                return Explain(fault);
            case JsonException:
                return RestException.Invalid("The body is not JSON.");
            case BadHttpRequestException refused:
                return RestException.Invalid(refused.Message);
            case OperationCanceledException:
                return RestException.Unauthenticated("The session ended.");
            default:
                LogUnexpected(logger, e);
                return new RestException(500, "ERROR", "The server made a mistake; its log says which.");
        }
    }

    private static RestException Explain(VimFaultException e)
    {
        var (status, error) = e.Fault switch
        {
            InvalidLogin or NotAuthenticated => (401, "UNAUTHENTICATED"),
            NoPermission => (403, "UNAUTHORIZED"),
            ManagedObjectNotFound or DeviceNotFound => (404, "NOT_FOUND"),
            InvalidState => (400, "NOT_ALLOWED_IN_CURRENT_STATE"),
            TaskInProgress => (400, "RESOURCE_BUSY"),
            TooManyDevices => (400, "UNABLE_TO_ALLOCATE_RESOURCE"),
            InvalidVmConfig or InvalidArgument or InvalidRequest => (400, "INVALID_ARGUMENT"),
            HostCommunication or InsufficientResourcesFault => (503, "SERVICE_UNAVAILABLE"),
            _ => (500, "ERROR"),
        };
        return new RestException(status, error, e.Message);
    }

    [LoggerMessage(1440, LogLevel.Error, "A request to the automation API failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, Exception error);
}
