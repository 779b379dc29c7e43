using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.Tests.Api;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.Tests.Commands;

/// <summary><c>host fault</c> against a host.</summary>
public sealed class HostFaultCommandTests : IAsyncLifetime
{
    private readonly HostInventory _inventory = new();
    private VimServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await VimServer.StartAsync(
        new VimServerOptions
        {
            Http = [new IPEndPoint(IPAddress.Loopback, 0)],
            Users = [new HostUser("u", "p"), new HostUser("reader", "r", ReadOnly: true)],
        },
        _inventory,
        NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _inventory.DisposeAsync();
    }

    [Fact]
    public async Task A_fault_is_added_listed_and_removed()
    {
        using var add = NewRun();
        Assert.Equal(0, await RunAsync(add, "add", "late-complete", "--machine", "db*", "--count", "3", "--time", "500ms"));
        Assert.Equal("f1: late-complete, 3 times\n", add.Error);
        using var json = NewRun();
        Assert.Equal(0, await RunAsync(json, "add", "task-failure", "--method", "PowerOn*", "--fault", "HostNotConnected", "--count", "always", "-o", "json"));
        Assert.Equal("f2", JsonDocument.Parse(json.Out).RootElement.GetProperty("id").GetString());

        using var list = NewRun();
        Assert.Equal(0, await RunAsync(list, "ls"));
        Assert.Matches(@"(?m)^f1 +late-complete +db\* +\* +3 times +0 +fault add$", list.Out);
        Assert.Matches(@"(?m)^f2 +task-failure +\* +PowerOn\* +until it is removed +0 +fault add$", list.Out);

        using var remove = NewRun();
        Assert.Equal(0, await RunAsync(remove, "rm", "f1"));
        Assert.Equal("f1 is removed\n", remove.Error);
        using var all = NewRun();
        Assert.Equal(0, await RunAsync(all, "rm", "--all"));
        Assert.Equal("1 fault is removed\n", all.Error);
        using var again = NewRun();
        Assert.Equal(0, await RunAsync(again, "rm", "--all"));
        Assert.Equal("there was no fault to remove\n", again.Error);
        using var none = NewRun();
        Assert.Equal(0, await RunAsync(none, "ls"));
        Assert.Equal("nothing is to go wrong\n", none.Error);
        Assert.Equal(0, _server.SessionCount);
    }

    [Fact]
    public async Task What_a_machine_says_is_listed_as_its_own_and_removed_by_its_id()
    {
        var machine = _inventory.Datacenter.VmFolder.NewMachine(new VirtualMachineConfigSpec
        {
            Name = "db1",
            ExtraConfig = [new OptionValue { Key = "portside.fault.task-failure", Value = VimValue.Of("always") }],
        });
        var id = $"{machine.Reference.Value}:task-failure";

        using var list = NewRun();
        Assert.Equal(0, await RunAsync(list, "ls"));
        Assert.Matches($@"(?m)^{id} +task-failure +db1 +\* +until it is removed +0 +the machine's extraConfig$", list.Out);
        using var remove = NewRun();
        Assert.Equal(0, await RunAsync(remove, "rm", id));
        Assert.Equal($"{id} is removed\n", remove.Error);
        Assert.Empty(machine.Config.ExtraConfig);
    }

    [Theory]
    [InlineData(2, "is no kind of fault", "add", "meteor")]
    [InlineData(2, "--count: ", "add", "slow-api", "--count", "often")]
    [InlineData(3, "There is no fault 'f9'", "rm", "f9")]
    [InlineData(2, "--method has no meaning for abort-after-begin, which takes --machine, --count", "add", "abort-after-begin", "--method", "X")]
    [InlineData(2, "--time has no meaning for task-failure, which takes --machine, --count, --method, --fault", "add", "task-failure", "--time", "2s")]
    [InlineData(2, "which faults", "rm")]
    [InlineData(4, "Permission to perform this operation was denied", "add", "slow-api", "--user", "reader")]
    [InlineData(4, "portside: ", "ls", "--user", "nobody")]
    public async Task What_cannot_be_is_told_with_an_exit_code(int code, string text, params string[] arguments)
    {
        using var run = NewRun();
        if (arguments.Contains("reader"))
            run.Environment["GOVC_PASSWORD"] = "r";

        Assert.Equal(code, await RunAsync(run, arguments));

        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_told_with_what_to_do()
    {
        using var run = NewRun();
        run.Environment["GOVC_URL"] = "https://127.0.0.1:1/sdk";

        Assert.Equal(1, await RunAsync(run, "ls"));

        Assert.Contains("https://127.0.0.1:1/ cannot be reached", run.Error, StringComparison.Ordinal);
        Assert.Contains("next: portside host here", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_says_is_cut_and_no_line_of_ours()
    {
        await using var server = await ScriptedServer.StartAsync(app =>
        {
            app.MapPost("/api/session", () => "\"key\"");
            app.MapDelete("/api/session", () => Microsoft.AspNetCore.Http.Results.NoContent());
            app.MapGet("/portside/faults", () => ScriptedServer.Problem(
                400,
                $$"""{"messages":[{"default_message":"no\u001b[2J\nportside: done\u202e{{new string('x', 10_000)}}"}]}"""));
            app.MapPost("/portside/faults", () => $$"""{"id":"f1\nf2","kind":"{{new string('y', 10_000)}}"}""");
        });
        using var list = NewRun();
        list.Environment["GOVC_URL"] = new Uri(server.Address, "sdk").ToString();
        Assert.Equal(2, await RunAsync(list, "ls"));
        Assert.StartsWith(@"portside: no\x1b[2J\x0aportside: done\u202exxx", list.Error, StringComparison.Ordinal);
        Assert.Contains("x…\n", list.Error, StringComparison.Ordinal);
        Assert.True(list.Error.Length < 500, list.Error);

        using var add = NewRun();
        add.Environment["GOVC_URL"] = list.Environment["GOVC_URL"];
        Assert.Equal(0, await RunAsync(add, "add", "slow-api"));
        Assert.StartsWith(@"f1\x0af2: yyy", add.Error, StringComparison.Ordinal);
        Assert.True(add.Error.Length < 500, add.Error);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task Somebody_else_who_answers_is_told_from_a_host(string key)
    {
        await using var server = await ScriptedServer.StartAsync(app => app.MapPost("/api/session", () => key));
        using var run = NewRun();
        run.Environment["GOVC_URL"] = new Uri(server.Address, "sdk").ToString();
        Assert.Equal(1, await RunAsync(run, "ls"));
        Assert.Contains("does not answer as portside host does", run.Error, StringComparison.Ordinal);
    }

    private CommandRun NewRun() => new()
    {
        Environment = { ["GOVC_URL"] = new Uri(_server.Urls[0], "/sdk").ToString(), ["GOVC_USERNAME"] = "u", ["GOVC_PASSWORD"] = "p" },
    };

    private static Task<int> RunAsync(CommandRun run, params string[] arguments) => run.RunAsync(null, ["host", "fault", .. arguments]);
}
