using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Tests.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Host.Tests.Api;

public sealed class RestTests : IAsyncLifetime
{
    private const string Network = """{"type":"NETWORK_SERVER","network_location":"vSPC.py","proxy":"telnet://127.0.0.1:1"}""";

    private readonly HostInventory _inventory = new(new HostInventoryOptions
    {
        DefaultGuest = "echo",
        MachineHost = new MachineHost { Connector = static (_, _) => throw new IOException("nobody is there") },
    });

    private VimServer _server = null!;
    private HttpClient _client = null!;
    private string _machine = "";

    public async ValueTask InitializeAsync()
    {
        _server = await VimServer.StartAsync(
            new VimServerOptions
            {
                Http = [new IPEndPoint(IPAddress.Loopback, 0)],
                Users = [new HostUser("u", "p:w ü"), new HostUser("reader", "r", ReadOnly: true)],
            },
            _inventory,
            NullLoggerFactory.Instance);
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _server.Urls[0], Timeout = TestServer.Limit };
        _machine = await CreateAsync("db1");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _inventory.DisposeAsync();
    }

    [Fact]
    public async Task A_port_lives_through_the_api()
    {
        var key = await LoginAsync();
        var serial = $"/api/vcenter/vm/{_machine}/hardware/serial";
        Assert.Equal((200, "[]"), await SendAsync("GET", serial, key));
        Assert.Equal((201, "\"9000\""), await SendAsync("POST", serial, key, $$"""{"backing":{{Network}},"start_connected":true}"""));
        Assert.Equal((200, """[{"port":"9000"}]"""), await SendAsync("GET", serial, key));
        Assert.Equal(
            (200, $$"""{"label":"Serial port 1","backing":{{Network}},"state":"NOT_CONNECTED","start_connected":true,"allow_guest_control":false,"yield_on_poll":false}"""),
            await SendAsync("GET", serial + "/9000", key));
        Assert.Equal((204, ""), await SendAsync("PATCH", serial + "/9000", key, """{"yield_on_poll":true,"backing":{"type":"NETWORK_CLIENT","network_location":"tcp://127.0.0.1:9"}}"""));
        Assert.Contains("""{"type":"NETWORK_CLIENT","network_location":"tcp://127.0.0.1:9"},"state":"NOT_CONNECTED","start_connected":true,"allow_guest_control":false,"yield_on_poll":true""", (await SendAsync("GET", serial + "/9000", key)).Body, StringComparison.Ordinal);
        Assert.Equal((204, ""), await SendAsync("DELETE", serial + "/9000", key));
        Assert.Equal((200, "[]"), await SendAsync("GET", serial, key));
        Assert.Equal((204, ""), await SendAsync("DELETE", "/api/session", key));
        Assert.Equal("UNAUTHENTICATED", ErrorOf(401, await SendAsync("GET", serial, key)));
    }

    [Fact]
    public async Task Connecting_is_for_machines_that_are_on_and_does_not_open_anew()
    {
        var key = await LoginAsync();
        var vm = $"/api/vcenter/vm/{_machine}";
        await SendAsync("POST", vm + "/hardware/serial", key, $$"""{"backing":{{Network}}}""");
        var port = vm + "/hardware/serial/9000";
        Assert.Equal("NOT_ALLOWED_IN_CURRENT_STATE", ErrorOf(400, await SendAsync("POST", port + "?action=connect", key)));
        Assert.Equal((204, ""), await SendAsync("POST", vm + "/power?action=start", key));
        Assert.Equal("ALREADY_IN_DESIRED_STATE", ErrorOf(400, await SendAsync("POST", vm + "/power?action=start", key)));
        Assert.Equal((200, """{"state":"POWERED_ON"}"""), await SendAsync("GET", vm + "/power", key));
        Assert.Equal("ALREADY_IN_DESIRED_STATE", ErrorOf(400, await SendAsync("POST", port + "?action=disconnect", key)));
        Assert.Equal((204, ""), await SendAsync("POST", port + "?action=connect", key));
        Assert.Contains("\"state\":\"RECOVERABLE_ERROR\"", (await SendAsync("GET", port, key)).Body, StringComparison.Ordinal);
        Assert.Equal("ALREADY_IN_DESIRED_STATE", ErrorOf(400, await SendAsync("POST", port + "?action=connect", key)));
        Assert.Equal("NOT_ALLOWED_IN_CURRENT_STATE", ErrorOf(400, await SendAsync("PATCH", port, key, $$"""{"backing":{{Network}}}""")));
        Assert.Equal((204, ""), await SendAsync("PATCH", port, key, """{"start_connected":true}"""));
        Assert.Equal("NOT_ALLOWED_IN_CURRENT_STATE", ErrorOf(400, await SendAsync("DELETE", port, key)));
        Assert.Equal("NOT_ALLOWED_IN_CURRENT_STATE", ErrorOf(400, await SendAsync("POST", vm + "/hardware/serial", key, "{}")));
        Assert.Equal((204, ""), await SendAsync("POST", port + "?action=disconnect", key));
        Assert.Equal((204, ""), await SendAsync("POST", vm + "/power?action=stop", key));
    }

    [Fact]
    public async Task The_older_style_wraps_what_is_said()
    {
        using var login = await SendRawAsync("POST", "/rest/com/vmware/cis/session", null, null, Basic("u", "p:w ü"));
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        using var answer = JsonDocument.Parse(await login.Content.ReadAsStringAsync());
        var key = answer.RootElement.GetProperty("value").GetString()!;
        Assert.Equal($"vmware-api-session-id={key}; Path=/rest; HttpOnly", login.Headers.GetValues("Set-Cookie").Single());
        var serial = $"/rest/vcenter/vm/{_machine}/hardware/serial";
        Assert.Equal((200, """{"value":"9000"}"""), await SendAsync("POST", serial, key, $$$"""{"spec":{"backing":{{{Network}}}}}"""));
        Assert.Equal((200, """{"value":[{"port":"9000"}]}"""), await SendAsync("GET", serial, key));
        Assert.Equal((200, ""), await SendAsync("PATCH", serial + "/9000", key, """{"spec":{"yield_on_poll":true}}"""));
        var (status, body) = await SendAsync("POST", serial + "/9000/connect", key);
        using var error = JsonDocument.Parse(body);
        Assert.Equal(400, status);
        Assert.Equal("com.vmware.vapi.std.errors.not_allowed_in_current_state", error.RootElement.GetProperty("type").GetString());
        Assert.Equal("NOT_ALLOWED_IN_CURRENT_STATE", error.RootElement.GetProperty("value").GetProperty("error_type").GetString());
        Assert.Equal((200, ""), await SendAsync("DELETE", "/rest/com/vmware/cis/session", key));
    }

    [Fact]
    public async Task Machines_are_listed_and_chosen()
    {
        await CreateAsync("db2");
        var key = await LoginAsync();
        using var all = JsonDocument.Parse((await SendAsync("GET", "/api/vcenter/vm", key)).Body);
        Assert.Equal(["db1", "db2"], all.RootElement.EnumerateArray().Select(machine => machine.GetProperty("name").GetString()));
        Assert.Equal("POWERED_OFF", all.RootElement[0].GetProperty("power_state").GetString());
        foreach (var query in (string[])["names=db2", "filter.names=db2", "filter.names.1=db2", "names=db2&names=db3"])
        {
            using var some = JsonDocument.Parse((await SendAsync("GET", "/api/vcenter/vm?" + query, key)).Body);
            Assert.Equal("db2", Assert.Single(some.RootElement.EnumerateArray()).GetProperty("name").GetString());
        }

        Assert.Equal((200, "[]"), await SendAsync("GET", "/api/vcenter/vm?power_states=POWERED_ON", key));
    }

    [Theory]
    [InlineData("POST", "{", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", "[]", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", """{"start_connected":"yes"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", """{"color":"red"}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", """{"backing":{}}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", """{"backing":{"type":"CLOUD"}}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", """{"backing":{"type":"NETWORK_CLIENT"}}""", 400, "INVALID_ARGUMENT")]
    [InlineData("POST", """{"backing":{"type":"NETWORK_CLIENT","network_location":"x","proxy":"gopher://x"}}""", 400, "INVALID_ARGUMENT")]
    [InlineData("GET", "/1", 404, "NOT_FOUND")]
    [InlineData("GET", "/x", 404, "NOT_FOUND")]
    [InlineData("DELETE", "/9000", 404, "NOT_FOUND")]
    [InlineData("PUT", "/", 405, "OPERATION_NOT_FOUND")]
    public async Task What_makes_no_sense_is_told_in_the_words_of_the_api(string method, string what, int status, string error)
    {
        var key = await LoginAsync();
        var serial = $"/api/vcenter/vm/{_machine}/hardware/serial";
        var answer = what[0] == '/' ? await SendAsync(method, serial + what, key) : await SendAsync(method, serial, key, what);
        Assert.Equal(error, ErrorOf(status, answer));
    }

    [Fact]
    public async Task Rights_and_sessions_are_asked_for()
    {
        var serial = $"/api/vcenter/vm/{_machine}/hardware/serial";
        Assert.Equal("UNAUTHENTICATED", ErrorOf(401, await SendAsync("GET", serial, null)));
        Assert.Equal("UNAUTHENTICATED", ErrorOf(401, await SendAsync("GET", serial, "0123")));
        foreach (var words in (AuthenticationHeaderValue?[])[null, Basic("u", "wrong"), new("Basic", "%%%"), new("Basic", "dQ=="), new("Bearer", "x")])
        {
            using var refused = await SendRawAsync("POST", "/api/session", null, null, words);
            Assert.Equal("UNAUTHENTICATED", ErrorOf(401, ((int)refused.StatusCode, await refused.Content.ReadAsStringAsync())));
            Assert.NotEmpty(refused.Headers.WwwAuthenticate);
        }

        var reader = await LoginAsync("reader", "r");
        Assert.Equal((200, "[]"), await SendAsync("GET", serial, reader));
        Assert.Equal("UNAUTHORIZED", ErrorOf(403, await SendAsync("POST", serial, reader, "{}")));
        Assert.Equal("UNAUTHORIZED", ErrorOf(403, await SendAsync("POST", $"/api/vcenter/vm/{_machine}/power?action=start", reader)));
        Assert.Equal("NOT_FOUND", ErrorOf(404, await SendAsync("GET", "/api/vcenter/vm/vm-0/hardware/serial", reader)));
        Assert.Equal("NOT_FOUND", ErrorOf(404, await SendAsync("GET", "/api/nothing", reader)));
    }

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private static string? ErrorOf(int status, (int Status, string Body) answer)
    {
        Assert.True(status == answer.Status, $"{answer.Status} {answer.Body}");
        using var body = JsonDocument.Parse(answer.Body);
        Assert.NotEmpty(body.RootElement.GetProperty("messages")[0].GetProperty("default_message").GetString()!);
        return body.RootElement.GetProperty("error_type").GetString();
    }

    private async Task<string> CreateAsync(string name)
    {
        using var caller = new InventoryCaller(_inventory);
        var machine = await caller.RunAsync(
            _inventory.Datacenter.VmFolder,
            "CreateVM_Task",
            ("config", VimValue.Of(new VirtualMachineConfigSpec { Name = name, Files = new VirtualMachineFileInfo { VmPathName = "[datastore1]" } })),
            ("pool", VimValue.Of(_inventory.Compute.Pool.Reference)));
        return ((ManagedObjectReference)machine!.Value.Value).Value;
    }

    private async Task<string> LoginAsync(string user = "u", string password = "p:w ü")
    {
        using var answer = await SendRawAsync("POST", "/api/session", null, null, Basic(user, password));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadAsStringAsync()).Trim('"');
    }

    private async Task<(int Status, string Body)> SendAsync(string method, string path, string? key, string? body = null)
    {
        using var answer = await SendRawAsync(method, path, key, body, null);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> SendRawAsync(string method, string path, string? key, string? body, AuthenticationHeaderValue? authorization)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
            request.Headers.Add("vmware-api-session-id", key);
        request.Headers.Authorization = authorization;
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await _client.SendAsync(request);
    }
}
