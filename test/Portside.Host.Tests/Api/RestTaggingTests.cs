using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.Host.Tagging;
using Portside.VSphere.Contracts;

namespace Portside.Host.Tests.Api;

/// <summary>Tags by the automation API, in both of its styles.</summary>
public sealed class RestTaggingTests : IAsyncLifetime
{
    private readonly HostInventory _inventory = new();
    private VimServer _server = null!;
    private HttpClient _client = null!;
    private MachineEntity _machine = null!;

    public async ValueTask InitializeAsync()
    {
        (_server, _client) = await StartAsync(_inventory);
        _machine = _inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec { Name = "db1" });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _inventory.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tag_is_made_attached_found_and_detached(bool isOld)
    {
        var style = await LoginAsync(isOld);
        var category = (await style.PostAsync("category", Spec("""{"name":"stage","description":"how far","cardinality":"SINGLE","associable_types":[]}"""), 201)).GetString()!;
        Assert.StartsWith("urn:vmomi:InventoryServiceCategory:", category, StringComparison.Ordinal);
        var tag = (await style.PostAsync("tag", Spec($$"""{"name":"prod","category_id":"{{category}}","description":""}"""), 201)).GetString()!;
        Assert.Equal([category], Texts(await style.GetAsync("category")));
        Assert.Equal([tag], Texts(await style.GetAsync("tag")));
        var described = await style.GetAsync($"category/{style.Id(category)}");
        Assert.Equal(("stage", "how far", "SINGLE"), (described.GetProperty("name").GetString(), described.GetProperty("description").GetString(), described.GetProperty("cardinality").GetString()));
        described = await style.GetAsync($"tag/{style.Id(tag)}");
        Assert.Equal((tag, category, "prod"), (described.GetProperty("id").GetString(), described.GetProperty("category_id").GetString(), described.GetProperty("name").GetString()));
        Assert.Equal([tag], Texts(isOld
            ? await style.PostAsync($"tag/{style.Id(category)}?~action=list-tags-for-category", $$"""{"category_id":"{{category}}"}""")
            : await style.PostAsync("tag?action=list-tags-for-category", $$"""{"category_id":"{{category}}"}""")));

        var association = $"tag-association/{style.Id(tag)}?{style.Action}=";
        var machine = $$$"""{"object_id":{"type":"VirtualMachine","id":"{{{_machine.Reference.Value}}}"}}""";
        await style.PostAsync(association + "attach", machine, 204);
        await style.PostAsync(association + "attach", machine, 204);
        Assert.Equal("prod", Assert.Single(_machine.Tags).Name);
        var attached = Assert.Single((await style.PostAsync(association + "list-attached-objects", null)).EnumerateArray());
        Assert.Equal(("VirtualMachine", _machine.Reference.Value), (attached.GetProperty("type").GetString(), attached.GetProperty("id").GetString()));
        Assert.Equal([tag], Texts(await style.PostAsync($"tag-association?{style.Action}=list-attached-tags", machine)));
        await style.PostAsync(association + "detach", machine, 204);
        await style.PostAsync(association + "detach", machine, 204);
        Assert.Empty((await style.PostAsync(association + "list-attached-objects", null)).EnumerateArray());

        string Spec(string spec) => isOld ? $$"""{"create_spec":{{spec}}}""" : spec;
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_the_error_that_a_vCenter_has_for_it()
    {
        var style = await LoginAsync(isOld: false);
        var (prod, lab) = (_inventory.Tags.Ensure("stage/prod"), _inventory.Tags.Ensure("stage/lab"));
        _inventory.Tags.TryAddCategory("single", "", isSingle: true, out var single);
        _inventory.Tags.TryAddTag(single, "a", "", out var a);
        _inventory.Tags.TryAddTag(single, "b", "", out var b);
        _machine.Attach(a);
        var machine = $$$"""{"object_id":{"type":"VirtualMachine","id":"{{{_machine.Reference.Value}}}"}}""";
        Assert.Equal("ALREADY_EXISTS", await style.FailAsync("category", """{"name":"stage"}""", 400));
        Assert.Equal("ALREADY_EXISTS", await style.FailAsync("tag", $$"""{"name":"prod","category_id":"{{prod.Category.Id}}"}""", 400));
        Assert.Equal("NOT_FOUND", await style.FailAsync("tag", """{"name":"prod","category_id":"urn:nothing"}""", 404));
        Assert.Equal("INVALID_ARGUMENT", await style.FailAsync("tag", $$"""{"name":"","category_id":"{{prod.Category.Id}}"}""", 400));
        Assert.Equal("INVALID_ARGUMENT", await style.FailAsync("category", $$"""{"name":"{{new string('x', TagCatalog.MaxNameLength + 1)}}"}""", 400));
        Assert.Equal("INVALID_ARGUMENT", await style.FailAsync("category", """{"name":"datastores","associable_types":["Datastore"]}""", 400));
        Assert.Equal("INVALID_ARGUMENT", await style.FailAsync($"tag-association/{lab.Id}?action=attach", """{"object_id":{"type":"Folder","id":"group-v3"}}""", 400));
        Assert.Equal("NOT_FOUND", await style.FailAsync($"tag-association/{lab.Id}?action=attach", """{"object_id":{"type":"VirtualMachine","id":"vm-0"}}""", 404));
        Assert.Equal("NOT_FOUND", await style.FailAsync("tag-association/urn:nothing?action=attach", machine, 404));
        Assert.Equal("INVALID_ARGUMENT", await style.FailAsync($"tag-association/{b.Id}?action=attach", machine, 400));
        Assert.Equal("INVALID_ARGUMENT", await style.FailAsync($"tag-association/{lab.Id}?action=attach", "[]", 400));
        Assert.Equal("NOT_FOUND", await style.FailAsync($"tag-association/{lab.Id}?action=eat", machine, 404));

        // Who may only look sees tags, and changes none.
        var reader = await LoginAsync(isOld: false, "reader", "r");
        Assert.Equal(4, Texts(await reader.GetAsync("tag")).Count);
        Assert.Equal("UNAUTHORIZED", await reader.FailAsync($"tag-association/{lab.Id}?action=attach", machine, 403));
        Assert.Equal("UNAUTHORIZED", await reader.FailAsync("category", """{"name":"mine"}""", 403));
        Assert.Equal("a", Assert.Single(_machine.Tags).Name);
        using var stranger = await _client.GetAsync(new Uri("/api/cis/tagging/tag", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public void There_is_an_end_to_categories_tags_and_tags_of_a_machine()
    {
        for (var number = 0; number < TagCatalog.MaxCategories; number++)
            _inventory.Tags.TryAddCategory($"{number}", "", isSingle: false, out _);
        Assert.Throws<VSphere.Soap.VimFaultException>(() => _inventory.Tags.Ensure("more/tag"));
        for (var number = 0; number < TagCatalog.MaxTags; number++)
            _inventory.Tags.Ensure($"0/{number}");
        Assert.Throws<VSphere.Soap.VimFaultException>(() => _inventory.Tags.Ensure("0/more"));
        foreach (var tag in _inventory.Tags.Tags.Take(TagCatalog.MaxTagsOfMachine))
            _machine.Attach(tag);
        Assert.Throws<VSphere.Soap.VimFaultException>(() => _machine.Attach(_inventory.Tags.Tags[^1]));
        Assert.Equal(TagCatalog.MaxTagsOfMachine, _machine.Tags.Count);
    }

    [Fact]
    public async Task A_host_by_itself_has_none()
    {
        await using var alone = new HostInventory(new HostInventoryOptions { IsVCenter = false });
        var (server, client) = await StartAsync(alone);
        await using (server)
        using (client)
            Assert.Equal("NOT_FOUND", await (await LoginAsync(client, isOld: false, "u", "p")).FailAsync("category", """{"name":"stage"}""", 404));
    }

    private static async Task<(VimServer Server, HttpClient Client)> StartAsync(HostInventory inventory)
    {
        var server = await VimServer.StartAsync(
            new VimServerOptions
            {
                Http = [new IPEndPoint(IPAddress.Loopback, 0)],
                Users = [new HostUser("u", "p"), new HostUser("reader", "r", ReadOnly: true)],
            },
            inventory,
            NullLoggerFactory.Instance);
        return (server, new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Urls[0], Timeout = TestServer.Limit });
    }

    private static List<string?> Texts(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString())];

    private Task<Style> LoginAsync(bool isOld, string user = "u", string password = "p") => LoginAsync(_client, isOld, user, password);

    private static async Task<Style> LoginAsync(HttpClient client, bool isOld, string user, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, isOld ? "/rest/com/vmware/cis/session" : "/api/session");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        using var answer = await client.SendAsync(request);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return new Style(client, isOld, (isOld ? body.RootElement.GetProperty("value") : body.RootElement).GetString()!);
    }

    /// <summary>One of the two styles, logged in.</summary>
    private sealed record Style(HttpClient Client, bool IsOld, string Key)
    {
        public string Action => IsOld ? "~action" : "action";

        public string Id(string id) => IsOld ? "id:" + id : id;

        public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, 200);

        public Task<JsonElement> PostAsync(string path, string? body, int status = 200) => SendAsync(HttpMethod.Post, path, body, IsOld ? 200 : status);

        public async Task<string?> FailAsync(string path, string body, int status) =>
            (await SendAsync(HttpMethod.Post, path, body, status)).GetProperty("error_type").GetString();

        private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body, int status)
        {
            using var request = new HttpRequestMessage(method, (IsOld ? "/rest/com/vmware/cis/tagging/" : "/api/cis/tagging/") + path);
            request.Headers.Add("vmware-api-session-id", Key);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await Client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(status == (int)answer.StatusCode, $"{path}: {answer.StatusCode} {text}");
            if (text.Length == 0)
                return default;
            using var read = JsonDocument.Parse(text);
            return (IsOld ? read.RootElement.GetProperty("value") : read.RootElement).Clone();
        }
    }
}
