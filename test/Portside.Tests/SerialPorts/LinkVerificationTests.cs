using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Portside.Commands;
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
    public async Task Nothing_is_changed_where_the_concentrator_stops_answering_before_the_change()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        await using var target = await TargetAsync(rig, _ => throw new InvalidOperationException());
        var run = await RunAsync(rig, ExitCode.Failed, "connect", "web", "--reconnect", "--to", target.Address.ToString(), "--wait", "60s");
        Assert.Contains("it was not changed, as the concentrator cannot be asked", run.Error, StringComparison.Ordinal);
    }

    // A concentrator that names the rig's as its own address and says of every port when its link began, by how often it was asked.
    private static Task<ScriptedServer> TargetAsync(ConsoleRig rig, Func<int, DateTimeOffset> since)
    {
        var asked = 0;
        return ScriptedServer.StartAsync(app =>
        {
            app.MapGet("/v1/server", () => rig.Service.Service.Describe() with { ProxyUris = [$"telnets://127.0.0.1:{rig.VmPort}", $"telnet://127.0.0.1:{rig.VmPort}"] });
            app.MapGet("/v1/rejected", () => Results.Text("[]", "application/json"));
            app.MapGet("/v1/ports/{selector}", (string selector) => Samples.Web with { ConnectedSince = since(Interlocked.Increment(ref asked)) });
        });
    }

    private static async Task<CommandRun> RunAsync(ConsoleRig rig, int exitCode, params string[] arguments)
    {
        using var run = new CommandRun { Clock = TimeProvider.System };
        run.Environment["GOVC_URL"] = rig.Url;
        run.Environment["GOVC_USERNAME"] = "alice";
        run.Environment["GOVC_PASSWORD"] = "secret";
        Assert.True(await run.RunAsync(null, ["port", .. arguments]) == exitCode, run.Out + run.Error);
        return run;
    }
}
