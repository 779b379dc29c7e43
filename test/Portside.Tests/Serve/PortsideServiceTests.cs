using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Portside.Api.Contracts;
using Portside.Api.Remote;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Links;
using Portside.Configuration;
using Portside.Serve;
using Portside.Tests.Commands;

namespace Portside.Tests.Serve;

/// <summary>Concentrator, API and command line together, over real sockets, with machines of our own.</summary>
public sealed class PortsideServiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly Guid Uuid = Guid.Parse("50291111-2222-3333-4444-555566667777");

    [Fact]
    public async Task A_service_describes_itself_and_is_ready()
    {
        await using var running = await RunningService.StartAsync();
        using var http = new HttpClient { BaseAddress = running.Address };
        using var api = running.Connect();

        var server = await api.GetServerAsync(CancellationToken.None);

        var vm = running.Concentrator.VmEndPoints[0];
        Assert.Equal("1.2.3", server.Version);
        Assert.Equal([vm.ToString()], server.VmAddresses);
        Assert.Equal([$"telnets://127.0.0.1:{vm.Port}#thumbprint={server.ThumbprintSha1}", $"telnet://127.0.0.1:{vm.Port}"], server.ProxyUris);
        Assert.Equal("ok\n", await http.GetStringAsync("healthz"));
        Assert.Equal("ready\n", await http.GetStringAsync("readyz"));
        var metrics = await http.GetStringAsync("metrics");
        Assert.Contains("portside_certificate_expiry", metrics, StringComparison.Ordinal);
        Assert.Matches("(?m)^portside_links_ended[^\n]*reason=\"peer-closed\"[^\n]*\\} [0-9]", metrics);
        Assert.Matches("(?m)^portside_rejected[^\n]*reason=\"tls-failed\"[^\n]*\\} [0-9]", metrics);
        Assert.Matches("(?m)^portside_clients[^\n]*mode=\"exclusive\"[^\n]*via=\"telnet\"[^\n]*\\} [0-9]", metrics);
        Assert.Matches("(?m)^portside_migrations[^\n]*result=\"completed\"[^\n]*\\} [0-9]", metrics);
        using var openApi = JsonDocument.Parse(await http.GetStringAsync("openapi.json"));
        Assert.Equal("Portside", openApi.RootElement.GetProperty("info").GetProperty("title").GetString());
        var operations = openApi.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value))).ToList();
        Assert.Contains(operations, o => o.Name == "get /v1/ports/{port}/log");
        Assert.All(operations, o => Assert.True(o.Value.TryGetProperty("summary", out _), o.Name));
        Assert.Equal(
            ["port", "mode", "steal", "plain", "replay", "name", "columns", "rows"],
            operations.Single(o => o.Name == "get /v1/ports/{port}/attach").Value.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_machine_is_listed_attached_to_read_again_and_left_from_the_command_line()
    {
        await using var running = await RunningService.StartAsync();
        await using var machine = await running.ConnectMachineAsync("Web 01/a", Uuid);
        var list = new CommandRun { Clock = TimeProvider.System };
        var attach = new CommandRun { Input = new MemoryStream("hello\r\n"u8.ToArray()), Clock = TimeProvider.System };
        var logs = new CommandRun();
        var last = new CommandRun();

        Assert.Equal(0, await list.RunAsync(running.Address, "ls"));
        Assert.Matches(@"Web 01/a  50291111-2222-3333-4444-555566667777  connected  127\.0\.0\.1:\d+  -      never      -\n", list.Out);
        Assert.Equal(0, await attach.RunAsync(running.Address, "attach", "web 01/A", "--wait", "500ms"));
        Assert.Equal("hello\r\n", attach.Bytes);
        Assert.StartsWith("[Web 01/a is connected from 127.0.0.1:", attach.Error, StringComparison.Ordinal);
        Assert.Equal(0, await logs.RunAsync(running.Address, "logs", "5029"));
        Assert.Equal("hello\r\n", logs.Bytes);
        Assert.Equal(0, await last.RunAsync(running.Address, "logs", "5029", "--tail", "1"));
        Assert.Equal("hello\r\n", last.Bytes);
    }

    [Fact]
    public async Task Who_is_in_the_way_is_named_taken_over_from_and_kicked()
    {
        await using var running = await RunningService.StartAsync();
        await using var machine = await running.ConnectMachineAsync("web01", Uuid);
        using var api = running.Connect();
        using var alice = await api.AttachAsync("web01", new AttachQuery { Mode = "exclusive", Name = "alice" }, CancellationToken.None);
        var bob = new CommandRun();
        var kick = new CommandRun();
        var who = new CommandRun { Clock = TimeProvider.System };

        Assert.Equal(4, await bob.RunAsync(running.Address, "attach", "web01"));
        Assert.Contains("web01 is held by alice", bob.Error, StringComparison.Ordinal);
        Assert.EndsWith("  next: portside attach web01 --steal\n", bob.Error, StringComparison.Ordinal);
        Assert.Equal(0, await who.RunAsync(running.Address, "who", "web01"));
        var client = Assert.Single(await api.GetClientsAsync(null, CancellationToken.None));
        Assert.Contains($"{client.Id}  ", who.Out, StringComparison.Ordinal);
        Assert.Equal(0, await kick.RunAsync(running.Address, "kick", client.Id, "--by", "carol"));
        Assert.Contains("carol", await LastWordsAsync(alice), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_machine_shows_in_the_listing_with_the_reason()
    {
        await using var running = await RunningService.StartAsync(o => o.Concentrator.Vm.IdentityTimeout = TimeSpan.FromSeconds(1));
        using (var human = new TcpClient())
        {
            await human.ConnectAsync(running.Concentrator.VmEndPoints[0]);
            await human.GetStream().WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
            using var patience = new CancellationTokenSource(Limit);
            using var said = new MemoryStream();
            await human.GetStream().CopyToAsync(said, patience.Token);
        }

        var list = new CommandRun { Clock = TimeProvider.System };

        Assert.Equal(0, await list.RunAsync(running.Address, "ls"));
        Assert.StartsWith("no virtual machine seen yet\n", list.Out, StringComparison.Ordinal);
        Assert.Contains("turned away:\n", list.Out, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", list.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    public async Task A_page_of_another_site_reaches_nothing(string header, string value)
    {
        await using var running = await RunningService.StartAsync();
        using var http = new HttpClient { BaseAddress = running.Address };
        using var request = new HttpRequestMessage(HttpMethod.Delete, "v1/clients/c1");
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue("application/problem+json"), response.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData("nothing", 404, "There is nothing at /nothing; /openapi.json lists what there is.")]
    [InlineData("v1/ports/x/log?lines=many", 400, "The request for /v1/ports/x/log makes no sense; /openapi.json tells how it is made.")]
    [InlineData("v1/ports/x", 404, "No port has the name, id or UUID \"x\".")]
    public async Task Every_error_is_a_problem_with_words(string path, int status, string words)
    {
        await using var running = await RunningService.StartAsync();
        using var http = new HttpClient { BaseAddress = running.Address };

        using var response = await http.GetAsync(path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(words, JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), SparseJson.Default.Problem)?.Detail);
    }

    [Fact]
    public async Task Who_leaves_is_logged_as_leaving_and_not_as_lost()
    {
        var running = await RunningService.StartAsync();
        await using (running)
        {
            await using var machine = await running.ConnectMachineAsync("web01", Uuid);
            var attach = new CommandRun { Input = new MemoryStream("x"u8.ToArray()), Clock = TimeProvider.System };
            Assert.Equal(0, await attach.RunAsync(running.Address, "attach", "web01", "--wait", "0s"));
            using var api = running.Connect();
            using var patience = new CancellationTokenSource(Limit);
            while ((await api.GetClientsAsync(null, patience.Token)).Count > 0)
                await Task.Yield();
        }

        Assert.Matches(@"tester \(127\.0\.0\.1:\d+\) left web01: left\n", running.Events.ToString());
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_way_to_find_who_holds_it()
    {
        await using var running = await RunningService.StartAsync();
        using var directory = new TempDirectory();

        var http = RunningService.Options(Path.Combine(directory.Path, "a"));
        http.Http.Listen = new IPEndPoint(IPAddress.Loopback, running.Address.Port);
        var vm = RunningService.Options(Path.Combine(directory.Path, "b"));
        vm.Concentrator.Vm.Listen = [running.Concentrator.VmEndPoints[0]];

        Assert.Equal(
            $"127.0.0.1:{running.Address.Port} is in use by another program. See which: ss -ltnp 'sport = :{running.Address.Port}'",
            (await Assert.ThrowsAsync<ListenException>(() => StartAsync(http))).Message);
        Assert.Contains(
            $"ss -ltnp 'sport = :{running.Concentrator.VmEndPoints[0].Port}'",
            (await Assert.ThrowsAsync<ListenException>(() => StartAsync(vm))).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<StateDirectoryException>(() => StartAsync(RunningService.Options("/proc/portside")));
    }

    [Fact]
    public async Task A_reload_applies_what_it_can_names_what_it_cannot_and_refuses_mistakes_whole()
    {
        using var directory = new TempDirectory();
        var running = await RunningService.StartAsync(o => o.Concentrator.Vm.Certificate = null);
        await using (running)
        {
            var state = running.Service.Describe().StateDirectory;
            LoadedConfiguration Load(string text) => ConfigurationLoader.Load(new ConfigurationSources
            {
                File = directory.Write("portside.yaml", $$"""
                    state: {{state}}
                    vm: { listen: '127.0.0.1:0' }
                    http: { listen: '127.0.0.1:0' }
                    {{text}}
                    """),
            });

            Assert.False(running.Service.Reload(Load("console: { telnet: off }\nlog: { keepFiles: lots }")));
            Assert.Equal(8, running.Concentrator.Options.Log.KeepFiles);

            Assert.True(running.Service.Reload(Load("console: { telnet: off, replay: 1KiB }\nlog: { keepFiles: 3 }\ndiagnostics: { level: debug }")));
            Assert.Equal(3, running.Concentrator.Options.Log.KeepFiles);
            Assert.Equal(64 * 1024, running.Concentrator.Options.Console.ReplayBytes);
        }

        var events = running.Events.ToString();
        Assert.Contains("log.keepFiles: 'lots' is not a whole number", events, StringComparison.Ordinal);
        Assert.Contains("The configuration is not applied, as it has mistakes (1)", events, StringComparison.Ordinal);
        Assert.Contains("log.keepFiles is 3 now (", events, StringComparison.Ordinal);
        Assert.Contains("console.replay is to be 1KiB (", events, StringComparison.Ordinal);
        Assert.DoesNotContain("Now listening", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_asked_to_end_keeps_nobody_waiting()
    {
        var running = await RunningService.StartAsync();
        await using var machine = await running.ConnectMachineAsync("web01", Uuid);
        var follow = new CommandRun { Clock = TimeProvider.System };
        var following = follow.RunAsync(running.Address, "logs", "web01", "-f");
        using var api = running.Connect();
        using var attached = await api.AttachAsync("web01", new AttachQuery(), CancellationToken.None);

        await running.DisposeAsync().AsTask().WaitAsync(Limit);

        Assert.Contains("the concentrator stops", await LastWordsAsync(attached), StringComparison.Ordinal);
        await following.WaitAsync(Limit);
    }

    private static async Task<PortsideService> StartAsync(PortsideOptions options)
    {
        using var events = new EventLog(TextWriter.Null, options.Diagnostics, isJournal: false, TimeProvider.System);
        return await PortsideService.StartAsync(options, events, "0", TimeProvider.System, CancellationToken.None);
    }

    private static async Task<string> LastWordsAsync(System.Net.WebSockets.WebSocket socket)
    {
        using var patience = new CancellationTokenSource(Limit);
        var buffer = new byte[64 * 1024];
        var said = new StringBuilder();
        while (true)
        {
            var frame = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            if (frame.MessageType == System.Net.WebSockets.WebSocketMessageType.Close)
                return said.ToString();
            said.Append(Encoding.UTF8.GetString(buffer, 0, frame.Count));
        }
    }
}
