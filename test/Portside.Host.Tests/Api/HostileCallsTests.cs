using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.VSphere.Contracts;

namespace Portside.Host.Tests.Api;

/// <summary>Calls of every method with arguments that are broken in every way: each is answered, and none is a mistake of the server.</summary>
public sealed class HostileCallsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Serial =
        """<deviceChange><operation>add</operation><device xsi:type="VirtualSerialPort"><key>-1</key><backing xsi:type="VirtualSerialPortURIBackingInfo"><serviceURI>a</serviceURI><direction>server</direction><proxyURI>telnet://127.0.0.1:1</proxyURI></backing><connectable><startConnected>true</startConnected><allowGuestControl>true</allowGuestControl><connected>false</connected></connectable><yieldOnPoll>true</yieldOnPoll></device></deviceChange>""";

    private const string Filter =
        """<specSet><propSet><type>VirtualMachine</type><all>false</all><pathSet>name</pathSet><pathSet>config.hardware.device[9000].backing</pathSet></propSet><objectSet><obj type="Folder">group-d1</obj><skip>false</skip><selectSet xsi:type="TraversalSpec"><name>f</name><type>Folder</type><path>childEntity</path><skip>false</skip><selectSet><name>f</name></selectSet></selectSet></objectSet></specSet>""";

    private static readonly string[] Words =
    [
        "", "-1", "99999999999999999999", "true", "x", "\u00e9\u4e2d", "&lt;x&gt;", "..", "[datastore1] ../../etc/passwd", "NaN", "1e9", "2026-13-45T99:99:99Z",
        "config.hardware.device[", "config..name", "a.b.c.d.e.f.g", "[0]", "vm-1", "group-v3", "task-1",
    ];

    private readonly HostInventory _inventory = new(new HostInventoryOptions
    {
        DefaultGuest = "echo",
        MachineHost = new MachineHost { Connector = static (_, _) => throw new IOException("nobody is there") },
    });

    private readonly SortedDictionary<string, int> _tally = new(StringComparer.Ordinal);
    private VimServer _server = null!;
    private HttpClient _client = null!;
    private string _cookie = "";

    public async ValueTask InitializeAsync()
    {
        _server = await VimServer.StartAsync(
            new VimServerOptions { Http = [new IPEndPoint(IPAddress.Loopback, 0)], Users = [new HostUser("u", "p")], FailedLoginBurst = 1_000 },
            _inventory,
            NullLoggerFactory.Instance);
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(_server.Urls[0], "/sdk"), Timeout = TestServer.Limit };
        _cookie = (await PostAsync(TestServer.Login("u", "p"))).SetCookie!;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _inventory.DisposeAsync();
    }

    [Fact]
    public async Task Every_method_answers_without_arguments()
    {
        foreach (var target in Targets())
        {
            foreach (var method in target.Type.Methods.Where(method => method.Name is not ("Logout" or "DestroyPropertyCollector")))
                await CheckAsync(Call(method.Name, target, ""));
        }
    }

    [Fact]
    public async Task Every_method_answers_whatever_its_arguments_are()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        (string Method, string Type, string Id, string Arguments)[] calls =
        [
            ("CreateVM_Task", "Folder", _inventory.Datacenter.VmFolder.Reference.Value, $"""<config><name>a</name><guestId>otherGuest</guestId><files><vmPathName>[datastore1]</vmPathName></files><numCPUs>1</numCPUs><memoryMB>32</memoryMB>{Serial}<extraConfig xsi:type="OptionValue"><key>a</key><value xsi:type="xsd:string">b</value></extraConfig></config><pool type="ResourcePool">{_inventory.Compute.Pool.Reference.Value}</pool>"""),
            ("CreateFolder", "Folder", _inventory.Datacenter.VmFolder.Reference.Value, "<name>f</name>"),
            ("RetrievePropertiesEx", "PropertyCollector", "propertyCollector", Filter + "<options><maxObjects>1</maxObjects></options>"),
            ("RetrieveProperties", "PropertyCollector", "propertyCollector", Filter),
            ("CreateFilter", "PropertyCollector", "propertyCollector", Filter.Replace("specSet", "spec", StringComparison.Ordinal) + "<partialUpdates>false</partialUpdates>"),
            ("WaitForUpdatesEx", "PropertyCollector", "propertyCollector", "<version>1</version><options><maxWaitSeconds>0</maxWaitSeconds><maxObjectUpdates>1</maxObjectUpdates></options>"),
            ("CreateContainerView", "ViewManager", "ViewManager", """<container type="Folder">group-d1</container><type>VirtualMachine</type><recursive>true</recursive>"""),
            ("CreateListView", "ViewManager", "ViewManager", """<obj type="Folder">group-d1</obj>"""),
            ("FindByUuid", "SearchIndex", "SearchIndex", "<uuid>x</uuid><vmSearch>true</vmSearch><instanceUuid>true</instanceUuid>"),
            ("FindByInventoryPath", "SearchIndex", "SearchIndex", "<inventoryPath>DC0/vm/a</inventoryPath>"),
            ("Fetch", "Folder", "group-d1", "<prop>childEntity</prop>"),
            ("Login", "SessionManager", "SessionManager", "<userName>u</userName><password>p</password><locale>en</locale>"),
        ];
        for (var round = 0; round < 600; round++)
        {
            var call = calls[random.Next(calls.Length)];
            var arguments = call.Arguments;
            for (var change = random.Next(1, 4); change > 0; change--)
                arguments = Break(arguments, random);
            var head = random.Next(10) == 0 ? Words[random.Next(Words.Length)] : call.Id;
            await CheckAsync(Envelope($"""<{call.Method} xmlns="urn:vim25"><_this type="{call.Type}">{head}</_this>{arguments}</{call.Method}>"""), call.Method == "Login");
        }

        // Nothing is tried if everything fails alike.
        output.WriteLine(string.Join(", ", _tally.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.True(_tally.Count > 3);
        Assert.InRange(_tally["success"], 50, 550);
        Assert.DoesNotContain(_inventory.Objects.All<TaskObject>(), task => task.Info.Error?.Fault is SystemError);
    }

    /// <summary>Changes, drops, doubles or retypes some element.</summary>
    private static string Break(string xml, Random random)
    {
        var texts = System.Text.RegularExpressions.Regex.Matches(xml, ">([^<>]*)</");
        var types = System.Text.RegularExpressions.Regex.Matches(xml, "type=\"([^\"]*)\"");
        var whole = System.Text.RegularExpressions.Regex.Matches(xml, "<(\\w+)[^>]*>[^<>]*</\\1>");
        switch (random.Next(4))
        {
            case 0 when texts.Count > 0:
                var text = texts[random.Next(texts.Count)].Groups[1];
                return string.Concat(xml.AsSpan(0, text.Index), Words[random.Next(Words.Length)], xml.AsSpan(text.Index + text.Length));
            case 1 when types.Count > 0:
                var type = types[random.Next(types.Count)].Groups[1];
                string[] names = ["", "VirtualDisk", "Nonsense", "xsd:int", "MethodFault", "VirtualSerialPortFileBackingInfo", "Task", "TraversalSpec", "SelectionSpec", "ArrayOfString", "VirtualE1000"];
                return string.Concat(xml.AsSpan(0, type.Index), names[random.Next(names.Length)], xml.AsSpan(type.Index + type.Length));
            case 2 when whole.Count > 0:
                var gone = whole[random.Next(whole.Count)];
                return xml.Remove(gone.Index, gone.Length);
            case 3 when whole.Count > 0:
                var twice = whole[random.Next(whole.Count)];
                return xml.Insert(twice.Index, twice.Value);
            default:
                return xml;
        }
    }

    private static string Envelope(string body) =>
        $"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><e:Body>{body}</e:Body></e:Envelope>""";

    private static string Call(string method, ManagedObject target, string arguments) => Envelope(
        $"""<{method} xmlns="urn:vim25"><_this type="{target.Type.Name}">{target.Reference.Value}</_this>{arguments}</{method}>""");

    private List<ManagedObject> Targets() => [.. _inventory.Objects.All<ManagedObject>()];

    private async Task CheckAsync(string message, bool isLogin = false)
    {
        // A wait without an end is no mistake: it is not waited for.
        if (message.Contains("<WaitForUpdates ", StringComparison.Ordinal)
            || (message.Contains("<WaitForUpdatesEx ", StringComparison.Ordinal) && !message.Contains("<maxWaitSeconds>0<", StringComparison.Ordinal)))
        {
            return;
        }

        var answer = await PostAsync(message, isLogin ? null : _cookie);
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.InternalServerError, $"{message}\n{answer.Status}");
        Assert.True(answer.Fault is not "SystemError", $"{message}\n{answer.Text}");
        _tally[answer.Fault ?? "success"] = _tally.GetValueOrDefault(answer.Fault ?? "success") + 1;
        if (answer.Fault is null)
            Assert.All(answer.Returned, returned => Assert.Equal("urn:vim25", returned.Name.NamespaceName));
    }

    private async Task<TestServer.Answer> PostAsync(string message, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _client.BaseAddress) { Content = new StringContent(message, Encoding.UTF8, "text/xml") };
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        using var response = await _client.SendAsync(request);
        return await TestServer.Answer.ReadAsync(response);
    }
}
