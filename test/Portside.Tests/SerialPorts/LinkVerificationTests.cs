using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Portside.Api.Contracts;
using Portside.Commands;
using Portside.Concentrator.Links;
using Portside.Tests.Api;
using Portside.Tests.Commands;
using Portside.Tests.Doctor;

namespace Portside.Tests.SerialPorts;

/// <summary>After a change the link that arrived is one that began after it, and not the one from before.</summary>
public sealed class LinkVerificationTests
{
    [Fact]
    public async Task A_link_from_before_the_change_has_not_arrived()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        await using var target = await TargetAsync(rig, _ => Samples.Noon);
        var run = await RunAsync(rig, ExitCode.Failed, "connect", "web", "--reconnect", "--to", target.Address.ToString(), "--wait", "1s");
        Assert.Contains("/DC0/vm/web: unverified\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("its link not arrived: the one of before the change is still there", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_began_after_the_change_has_arrived()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");

        // Before the change, right after it, and then the new one.
        await using var target = await TargetAsync(rig, asked => asked < 3 ? Samples.Noon : Samples.Noon.AddSeconds(1));
        var run = await RunAsync(rig, ExitCode.Done, "connect", "web", "--reconnect", "--to", target.Address.ToString(), "--wait", "60s");
        Assert.Contains("link arrived", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_a_connection_does_not_notice_leaves_its_link_as_it_is()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        await using var target = await TargetAsync(rig, _ => Samples.Noon);
        var run = await RunAsync(rig, ExitCode.Done, "set", "web", "--yield-on-poll", "false", "--to", target.Address.ToString(), "--plain", "--wait", "60s");
        Assert.Contains("link arrived", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_of_the_concentrator_that_was_the_target_before_is_a_new_one()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        var before = rig.Service.Concentrator.Ports.Select("web")[0].Snapshot().Source;
        var run = await RunAsync(rig, ExitCode.Done, "connect", "web", "--reconnect", "--to", rig.Service.Address.ToString(), "--wait", "60s");
        Assert.Contains("opened anew", run.Out, StringComparison.Ordinal);
        Assert.NotEqual(before, rig.Service.Concentrator.Ports.Select("web")[0].Snapshot().Source);
    }

    [Fact]
    public async Task A_link_that_is_held_is_told_with_its_source_and_is_not_called_quarantined_while_it_waits()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        await using var target = await TargetAsync(rig, _ => Samples.Noon, port => new QuarantinedDescription
        {
            Id = "q3",
            State = "waiting",
            Source = "192.0.2.9:41234",
            Uuid = "",
            Port = port,
            Reason = "host",
            Detail = "its host is another",
        });
        var run = await RunAsync(rig, ExitCode.Failed, "connect", "web", "--reconnect", "--to", target.Address.ToString(), "--wait", "1s");
        Assert.Contains("its link waiting (from 192.0.2.9:41234): its host is another", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_of_one_machine_are_verified_at_a_time()
    {
        await using var rig = await ConsoleRig.StartAsync();
        var machine = await rig.AddAsync("web", on: false);
        await RunAsync(rig, ExitCode.Done, "add", "web", "--label", "b", "--proxy", $"telnet://127.0.0.1:{rig.VmPort}");
        await rig.CallAsync("PowerOnVM_Task", machine.Reference);

        // Whoever asks for the one port has no answer until the other is asked for, too; the first two were from before the change.
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = await HesitantTargetAsync(rig, async asked =>
        {
            if (asked == 4)
                both.TrySetResult();
            if (asked > 2)
                await both.Task;
            return asked > 2 ? Samples.Noon.AddSeconds(1) : Samples.Noon;
        }, null);
        var run = await RunAsync(rig, ExitCode.Done, new FakeTimeProvider(), "connect", "web", "--all", "--reconnect", "--to", target.Address.ToString());
        Assert.Equal(3, run.Out.Split("link arrived").Length);
    }

    [Fact]
    public async Task A_concentrator_without_TLS_is_asked_for_links_and_checked_in_clear()
    {
        await using var rig = await ConsoleRig.StartAsync(configure: options => options.Concentrator.Vm.Tls = TlsPolicy.Off);
        await rig.AddAsync("web");
        var to = rig.Service.Address.ToString();
        var run = await RunAsync(rig, ExitCode.Done, "connect", "web", "--reconnect", "--to", to, "--wait", "60s");
        Assert.Contains("link arrived", run.Out, StringComparison.Ordinal);
        Assert.Contains("next: give --plain", (await RunAsync(rig, ExitCode.Failed, "check", "web", "--to", to)).Error, StringComparison.Ordinal);
        var check = await RunAsync(rig, ExitCode.Done, "check", "web", "--to", to, "--plain");
        Assert.Matches(@"proxy\s+\S+\s+ok", check.Out);
        await RunAsync(rig, ExitCode.Usage, "check", "web", "--plain");
    }

    [Fact]
    public async Task Nothing_is_changed_where_the_concentrator_stops_answering_before_the_change()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        await using var target = await TargetAsync(rig, _ => throw new InvalidOperationException());
        var run = await RunAsync(rig, ExitCode.Failed, "connect", "web", "--reconnect", "--to", target.Address.ToString(), "--wait", "60s");
        Assert.Contains("it was not changed, as the concentrator cannot be asked", run.Error, StringComparison.Ordinal);
    }

    // A concentrator that names the rig's as its own address and says of every port when its link began, by how often it was asked.
    private static Task<ScriptedServer> TargetAsync(ConsoleRig rig, Func<int, DateTimeOffset> since, Func<string, QuarantinedDescription>? held = null) =>
        HesitantTargetAsync(rig, asked => Task.FromResult(since(asked)), held);

    private static Task<ScriptedServer> HesitantTargetAsync(ConsoleRig rig, Func<int, Task<DateTimeOffset>> since, Func<string, QuarantinedDescription>? held)
    {
        var last = "";
        var asked = 0;
        return ScriptedServer.StartAsync(app =>
        {
            app.MapGet("/v1/server", () => rig.Service.Service.Describe() with { ProxyUris = [$"telnets://127.0.0.1:{rig.VmPort}", $"telnet://127.0.0.1:{rig.VmPort}"] });
            app.MapGet("/v1/rejected", () => Results.Text("[]", "application/json"));
            if (held is not null)
                app.MapGet("/v1/quarantined", () => (IReadOnlyList<QuarantinedDescription>)[held(last)]);
            app.MapGet("/v1/ports/{selector}", async (string selector) =>
            {
                last = selector;
                return Samples.Web with { ConnectedSince = await since(Interlocked.Increment(ref asked)) };
            });
        });
    }

    private static Task<CommandRun> RunAsync(ConsoleRig rig, int exitCode, params string[] arguments) => RunAsync(rig, exitCode, TimeProvider.System, arguments);

    private static async Task<CommandRun> RunAsync(ConsoleRig rig, int exitCode, TimeProvider clock, params string[] arguments)
    {
        using var run = new CommandRun { Clock = clock };
        run.Environment["GOVC_URL"] = rig.Url;
        run.Environment["GOVC_USERNAME"] = "alice";
        run.Environment["GOVC_PASSWORD"] = "secret";
        Assert.True(await run.RunAsync(null, ["port", .. arguments]) == exitCode, run.Out + run.Error);
        return run;
    }
}
