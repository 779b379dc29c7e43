using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Api;
using Portside.Host.Faults;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Tests.Api;
using Portside.Host.Tests.Conformance;
using Portside.Host.Tests.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Tests.Faults;

/// <summary>What goes wrong on demand, with a proxy in small at the other end and the server in front.</summary>
public sealed class FaultPlanTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DefectiveProxy _proxy = DefectiveProxy.Start();
    private readonly HostInventory _inventory = new(new HostInventoryOptions { DefaultGuest = "echo" });
    private readonly InventoryCaller _caller;
    private VimServer _server = null!;
    private HttpClient _client = null!;

    public FaultPlanTests() => _caller = new InventoryCaller(_inventory);

    private FaultPlan Plan => _server.Faults!;

    public async ValueTask InitializeAsync()
    {
        _server = await VimServer.StartAsync(
            new VimServerOptions
            {
                Http = [new IPEndPoint(IPAddress.Loopback, 0)],
                Users = [new HostUser("u", "p"), new HostUser("reader", "r", ReadOnly: true)],
            },
            _inventory,
            NullLoggerFactory.Instance);
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _server.Urls[0], Timeout = TestServer.Limit };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _caller.Dispose();
        await _server.DisposeAsync();
        await _inventory.DisposeAsync();
        _proxy.Dispose();
    }

    [Theory]
    [InlineData(FaultKind.AbortAfterBegin)]
    [InlineData(FaultKind.AbortAfterGoAhead)]
    [InlineData(FaultKind.AbortAfterPeer)]
    [InlineData(FaultKind.AbortAfterPeerOk)]
    [InlineData(FaultKind.DestinationDies)]
    [InlineData(FaultKind.SourceResumes)]
    [InlineData(FaultKind.SourceSilent)]
    [InlineData(FaultKind.BothLost)]
    public async Task A_move_fails_once_as_asked_and_the_next_one_succeeds(FaultKind kind)
    {
        var machine = await StartAsync("db1");
        Plan.Add(new FaultRule { Kind = kind, Machine = "db*" });

        var source = machine.Host;
        await Assert.ThrowsAsync<VimFaultException>(() => MoveAsync(machine));
        Assert.Same(source, machine.Host);

        await ConnectedAsync(machine);
        await MoveAsync(machine);
        Assert.NotSame(source, machine.Host);
        Assert.Equal(1, Assert.Single(Plan.Rules).Used);
    }

    [Theory]
    [InlineData(FaultKind.SourceLost)]
    [InlineData(FaultKind.SourceHalfOpen)]
    [InlineData(FaultKind.SourceClosesFirst)]
    [InlineData(FaultKind.IacInSequence)]
    [InlineData(FaultKind.LateComplete)]
    [InlineData(FaultKind.NotNowIgnored)]
    public async Task A_move_with_a_quirk_succeeds_with_a_proxy_that_knows_how(FaultKind kind)
    {
        var machine = await StartAsync("db1");
        Plan.Add(new FaultRule { Kind = kind, Time = TimeSpan.FromMilliseconds(10) });

        var source = machine.Host;
        await MoveAsync(machine);

        Assert.NotSame(source, machine.Host);
        await MoveAsync(machine);
        Assert.Same(source, machine.Host);
        Assert.Equal(2, machine.Machine.Ports[0].Snapshot.Migrations);
    }

    [Fact]
    public async Task A_machine_that_is_not_named_is_left_alone()
    {
        var machine = await StartAsync("web1");
        Plan.Add(new FaultRule { Kind = FaultKind.AbortAfterGoAhead, Machine = "db*" });

        await MoveAsync(machine);

        Assert.Equal(0, Plan.Rules[0].Used);
    }

    [Fact]
    public async Task An_advanced_option_says_the_same_and_begins_anew_when_it_changes()
    {
        var machine = await StartAsync("db1", new OptionValue { Key = "portside.fault.abort-after-peer", Value = VimValue.Of("1") });

        await Assert.ThrowsAsync<VimFaultException>(() => MoveAsync(machine));
        await MoveAsync(machine);

        await _caller.RunAsync(machine, "ReconfigVM_Task", ("spec", VimValue.Of(new VirtualMachineConfigSpec
        {
            ExtraConfig = [new OptionValue { Key = "portside.fault.abort-after-peer", Value = VimValue.Of("always") }],
        })));
        await Assert.ThrowsAsync<VimFaultException>(() => MoveAsync(machine));
        await Assert.ThrowsAsync<VimFaultException>(() => MoveAsync(machine));
    }

    [Fact]
    public async Task A_task_fails_with_the_fault_that_was_chosen()
    {
        var machine = await CreateAsync("db1");
        Plan.Add(new FaultRule { Kind = FaultKind.TaskFailure, Method = "PowerOn*", Fault = "HostNotConnected" });

        var failed = await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(machine, "PowerOnVM_Task"));

        Assert.IsType<HostNotConnected>(failed.Fault);
        await _caller.RunAsync(machine, "PowerOnVM_Task");
    }

    [Fact]
    public async Task A_double_connects_with_the_same_uuid_until_its_rule_is_removed()
    {
        var machine = await StartAsync("db1");
        var rule = Plan.Add(new FaultRule { Kind = FaultKind.DuplicateUuid });

        await PollAsync(() => Plan.Doubles == 1);
        Assert.True(await Plan.RemoveAsync(rule.Id));
        Assert.Equal(0, Plan.Doubles);
        Assert.False(await Plan.RemoveAsync(rule.Id));
        Assert.True(machine.Machine.IsPoweredOn);
    }

    [Fact]
    public async Task A_storm_connects_as_often_as_it_says_when_the_machine_is_switched_on()
    {
        Plan.Add(new FaultRule { Kind = FaultKind.ReconnectStorm, Connections = 7 });
        var machine = await StartAsync("db1");

        await PollAsync(() => machine.Machine.Ports[0].Snapshot.Connections == 8);
        await ConnectedAsync(machine);
    }

    [Fact]
    public async Task Faults_are_added_listed_and_removed_by_who_may_change_things()
    {
        var key = await LoginAsync("u", "p");
        var (status, added) = await SendAsync("POST", "/portside/faults", key, """{"kind":"late-complete","machine":"db*","count":3,"milliseconds":500}""");
        Assert.Equal(201, status);
        Assert.Equal("""{"id":"f1","kind":"late-complete","machine":"db*","method":null,"count":3,"used":0,"milliseconds":500,"connections":20,"fault":"GenericVmConfigFault","option":null}""", added);
        Assert.Equal((200, $"[{added}]"), await SendAsync("GET", "/portside/faults", key));

        var reader = await LoginAsync("reader", "r");
        Assert.Equal(200, (await SendAsync("GET", "/portside/faults", reader)).Status);
        Assert.Equal(403, (await SendAsync("POST", "/portside/faults", reader, """{"kind":"slow-api"}""")).Status);
        Assert.Equal(403, (await SendAsync("DELETE", "/portside/faults", reader)).Status);
        Assert.Equal(401, (await SendAsync("GET", "/portside/faults", null)).Status);

        Assert.Equal(404, (await SendAsync("DELETE", "/portside/faults/f9", key)).Status);
        Assert.Equal(204, (await SendAsync("DELETE", "/portside/faults/f1", key)).Status);
        Assert.Equal((200, "[]"), await SendAsync("GET", "/portside/faults", key));
    }

    [Theory]
    [InlineData("""{"kind":"meteor"}""", "is no kind of fault")]
    [InlineData("""{"machine":"x"}""", "'kind' is missing")]
    [InlineData("""[]""", "A fault is an object")]
    [InlineData("""{"kind":"slow-api","milliseconds":-1}""", "The time is")]
    [InlineData("""{"kind":"slow-api","count":1.5}""", "whole number")]
    [InlineData("""{"kind":"task-failure","fault":"VirtualMachineConfigSpec"}""", "is no fault of the vSphere API")]
    [InlineData("""{"kind":"reconnect-storm","connections":0}""", "A storm has")]
    [InlineData("""{"kind":"slow-api","when":"now"}""", "'when' makes no sense")]
    [InlineData("""{"kind":"abort-after-begin","method":"PowerOn*"}""", "'method' has no meaning for abort-after-begin, which takes machine, count.")]
    [InlineData("""{"milliseconds":5,"kind":"task-failure"}""", "which takes machine, count, method, fault.")]
    public async Task What_makes_no_sense_is_refused_with_the_reason(string body, string reason)
    {
        var (status, error) = await SendAsync("POST", "/portside/faults", await LoginAsync("u", "p"), body);

        Assert.Equal(400, status);
        using var json = JsonDocument.Parse(error);
        Assert.Contains(reason, json.RootElement.GetProperty("messages")[0].GetProperty("default_message").GetString(), StringComparison.Ordinal);
        Assert.Empty(Plan.Rules);
    }

    [Fact]
    public async Task A_session_expires_with_the_call_that_was_named_and_a_new_one_works()
    {
        var key = await LoginAsync("u", "p");
        Plan.Add(new FaultRule { Kind = FaultKind.SessionExpiry, Method = "Current*" });
        var cookie = $"vmware_soap_session={key}";

        Assert.Equal("NotAuthenticated", (await CallAsync("CurrentTime", cookie)).Fault);
        Assert.Equal(401, (await SendAsync("GET", "/portside/faults", key)).Status);
        Assert.Equal(200, (await SendAsync("GET", "/portside/faults", await LoginAsync("u", "p"))).Status);
        Assert.Null((await CallAsync("CurrentTime", $"vmware_soap_session={await LoginAsync("u", "p")}")).Fault);
    }

    [Fact]
    public async Task A_slow_call_waits_until_somebody_gives_up()
    {
        var cookie = $"vmware_soap_session={await LoginAsync("u", "p")}";
        Plan.Add(new FaultRule { Kind = FaultKind.SlowApi, Method = "CurrentTime", Time = TimeSpan.FromMinutes(30) });
        using var patience = new CancellationTokenSource();

        var slow = CallAsync("CurrentTime", cookie, patience.Token);
        await PollAsync(() => Plan.Rules[0].Used == 1);
        Assert.Null((await CallAsync("RetrieveServiceContent", cookie)).Fault);
        Assert.False(slow.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
    }

    [Theory]
    [InlineData("1", 1, 2000)]
    [InlineData("always 500ms", 0, 500)]
    [InlineData("3, 4s", 3, 4000)]
    public void An_advanced_option_holds_how_often_and_how_late(string text, int count, int milliseconds)
    {
        var rule = FaultRule.Read(FaultKind.LateComplete, text, out _)!;

        Assert.Equal((count, milliseconds), (rule.Count, (int)rule.Time.TotalMilliseconds));
        Assert.Null(FaultRule.Read(FaultKind.TaskFailure, "NoSuchFault", out _));
    }

    [Theory]
    [InlineData("portside.fault.nokind", "3", "there are abort-after-begin, abort-after-goahead, ")]
    [InlineData("portside.fault.late-complete", "banana", "'banana' makes no sense. It takes how often (3, or always), and how late (500ms, 2s).")]
    [InlineData("portside.fault.abort-after-begin", "2s", "It takes how often (3, or always).")]
    [InlineData("portside.fault.slow-task", "0", "'0' makes no sense")]
    [InlineData("portside.fault.slow-api", "2h 3601s", "'2h' makes no sense")]
    [InlineData("portside.fault.slow-api", "3601s", "The time is 0 to 3600000 ms")]
    [InlineData("portside.fault.task-failure", "NoSuchFault", "a fault of the vSphere API that this host knows")]
    [InlineData("portside.fault.reconnect-storm", "20000", "A storm has 1 to 10000 connections")]
    public async Task An_advanced_option_that_means_nothing_is_refused_with_what_does(string key, string value, string text)
    {
        var option = new OptionValue { Key = key, Value = VimValue.Of(value) };
        var machine = await CreateAsync("db1");

        var failed = await Assert.ThrowsAsync<VimFaultException>(() => SetAsync(machine, key, value));
        Assert.Equal("configSpec.extraConfig", Assert.IsType<InvalidArgument>(failed.Fault).InvalidProperty);
        Assert.Contains(text, failed.Message, StringComparison.Ordinal);
        Assert.Empty(machine.Config.ExtraConfig);
        Assert.IsType<InvalidArgument>((await Assert.ThrowsAsync<VimFaultException>(() => CreateAsync("db2", option))).Fault);
        await SetAsync(machine, key, ""); // Taking away what is not there is no mistake.
    }

    [Theory]
    [InlineData("task-failure", "always InsufficientResourcesFault")]
    [InlineData("slow-task", "always 3600s")]
    [InlineData("slow-api", "always 3600s")]
    [InlineData("session-expiry", "always")]
    public async Task What_a_machine_says_of_faults_can_always_be_taken_back(string kind, string value)
    {
        var machine = await CreateAsync("db1", new OptionValue { Key = $"portside.fault.{kind}", Value = VimValue.Of(value) });

        await SetAsync(machine, $"portside.fault.{kind}", value + " ");
        using (var message = new MemoryStream())
        {
            // As the server asks before each call.
            SoapEnvelope.WriteRequest(message, "ReconfigVM_Task", machine.Reference, [new("spec", VimValue.Of(Spec($"portside.fault.{kind}", "")))]);
            message.Position = 0;
            using var session = new Session(new HostUser("u", "p"), new CallerAddress("127.0.0.1", "tests"), "key", "secret", TimeProvider.System.GetUtcNow());
            Assert.False(await Plan.BeforeCallAsync(new MethodCall(await SoapRequest.ReadAsync(message), session, session.Peer, CancellationToken.None)));
        }

        await SetAsync(machine, $"portside.fault.{kind}", "");

        await _caller.RunAsync(machine, "PowerOnVM_Task");
        await _caller.RunAsync(machine, "PowerOffVM_Task");
        await _caller.RunAsync(machine, "Destroy_Task");
    }

    [Fact]
    public async Task What_machines_say_of_faults_is_listed_and_removed_with_the_rest()
    {
        var key = await LoginAsync("u", "p");
        Plan.Add(new FaultRule { Kind = FaultKind.SlowApi, Method = "NoSuchMethod" });
        var one = await CreateAsync("db1", new OptionValue { Key = "portside.fault.task-failure", Value = VimValue.Of("always") }, new OptionValue { Key = "other", Value = VimValue.Of("stays") });
        var two = await CreateAsync("db2", new OptionValue { Key = "Portside.Fault.Slow-Task", Value = VimValue.Of("2 5ms") });
        await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(one, "PowerOnVM_Task"));

        using (var listed = JsonDocument.Parse((await SendAsync("GET", "/portside/faults", key)).Body))
        {
            Assert.Equal(["f1", $"{one.Reference.Value}:task-failure", $"{two.Reference.Value}:slow-task"], listed.RootElement.EnumerateArray().Select(rule => rule.GetProperty("id").GetString()));
            Assert.Equal([null, "portside.fault.task-failure", "Portside.Fault.Slow-Task"], listed.RootElement.EnumerateArray().Select(rule => rule.GetProperty("option").GetString()));
            Assert.Equal([0, 1, 0], listed.RootElement.EnumerateArray().Select(rule => rule.GetProperty("used").GetInt32()));
            Assert.Equal("db1", listed.RootElement[1].GetProperty("machine").GetString());
        }

        Assert.Equal(204, (await SendAsync("DELETE", $"/portside/faults/{Uri.EscapeDataString($"{one.Reference.Value}:task-failure")}", key)).Status);
        Assert.Equal("stays", Assert.Single(one.Config.ExtraConfig).Value);
        await _caller.RunAsync(one, "PowerOnVM_Task");

        Assert.Equal(204, (await SendAsync("DELETE", "/portside/faults", key)).Status);
        Assert.Empty(two.Config.ExtraConfig);
        Assert.Equal((200, "[]"), await SendAsync("GET", "/portside/faults", key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_that_waits_goes_on_when_its_fault_is_removed(bool ofMachine)
    {
        var machine = await CreateAsync("db1", ofMachine ? [new OptionValue { Key = "portside.fault.slow-task", Value = VimValue.Of("3600s") }] : []);
        if (!ofMachine)
            Plan.Add(new FaultRule { Kind = FaultKind.SlowTask, Time = FaultRule.MaxTime });

        var started = _caller.RunAsync(machine, "PowerOnVM_Task");
        await PollAsync(() => Plan.Rules.Concat(Plan.OfMachines).Single().Used == 1);
        Assert.False(started.IsCompleted);
        Assert.True(await Plan.RemoveAsync(Plan.Rules.Concat(Plan.OfMachines).Single().Id));

        await started.WaitAsync(Patience);
        Assert.True(machine.Machine.IsPoweredOn);
    }

    [Fact]
    public async Task An_advanced_option_that_was_taken_away_begins_anew_when_it_is_back()
    {
        var machine = await CreateAsync("db1");
        for (var i = 0; i < 2; i++)
        {
            await SetAsync(machine, "portside.fault.task-failure", "1");
            await Assert.ThrowsAsync<VimFaultException>(() => _caller.RunAsync(machine, "PowerOnVM_Task"));
            await SetAsync(machine, "portside.fault.task-failure", "");
        }
    }

    [Fact]
    public void Every_kind_is_explained_in_the_documentation()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "faults.md"));
        Assert.All(FaultRule.Kinds.Keys, kind => Assert.Contains($"| `{kind}` |", page, StringComparison.Ordinal));
    }

    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    private static async Task PollAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(10, limit.Token);
    }

    private static Task ConnectedAsync(MachineEntity machine) =>
        machine.Machine.Devices[0].WaitForAsync(device => device.Status == ConnectionStatus.Ok).WaitAsync(Patience);

    private async Task<MachineEntity> CreateAsync(string name, params OptionValue[] options)
    {
        var spec = new VirtualMachineConfigSpec
        {
            Name = name,
            ExtraConfig = options,
            DeviceChange =
            [
                new VirtualDeviceConfigSpec
                {
                    Operation = "add",
                    Device = new VirtualSerialPort
                    {
                        Key = -1,
                        Backing = new VirtualSerialPortURIBackingInfo { ServiceUri = "vSPC.py", Direction = "server", ProxyUri = $"telnet://127.0.0.1:{_proxy.Number}" },
                    },
                },
            ],
        };
        var result = await _caller.RunAsync(
            _inventory.Datacenter.VmFolder, "CreateVM_Task", ("config", VimValue.Of(spec)), ("pool", VimValue.Of(_inventory.Compute.Pool.Reference)));
        return (MachineEntity)_inventory.Objects.Find((ManagedObjectReference)result!.Value.Value)!;
    }

    private async Task<MachineEntity> StartAsync(string name, params OptionValue[] options)
    {
        var machine = await CreateAsync(name, options);
        await _caller.RunAsync(machine, "PowerOnVM_Task");
        await ConnectedAsync(machine);
        return machine;
    }

    private static VirtualMachineConfigSpec Spec(string key, string value) => new() { ExtraConfig = [new OptionValue { Key = key, Value = VimValue.Of(value) }] };

    private Task<VimValue?> SetAsync(MachineEntity machine, string key, string value) =>
        _caller.RunAsync(machine, "ReconfigVM_Task", ("spec", VimValue.Of(Spec(key, value))));

    private Task<VimValue?> MoveAsync(MachineEntity machine) => _caller.RunAsync(
        machine,
        "MigrateVM_Task",
        ("host", VimValue.Of(_inventory.Hosts.First(host => host != machine.Host).Reference)),
        ("priority", VimValue.Of("defaultPriority")));

    private async Task<string> LoginAsync(string user, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        using var response = await _client.SendAsync(request);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetString()!;
    }

    private async Task<(int Status, string Body)> SendAsync(string method, string path, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
            request.Headers.Add("vmware-api-session-id", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<TestServer.Answer> CallAsync(string method, string cookie, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sdk") { Content = new StringContent(TestServer.Call(method, "ServiceInstance", "ServiceInstance"), Encoding.UTF8, "text/xml") };
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        using var response = await _client.SendAsync(request, cancellation);
        return await TestServer.Answer.ReadAsync(response);
    }
}
