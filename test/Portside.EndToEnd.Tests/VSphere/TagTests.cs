using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>Machines by tag: against our own host, which speaks both styles of the automation API, and govmomi's simulator, which speaks the older one.</summary>
public sealed class TagTests
{
    private const string Proxy = "telnet://console.example:13370";

    [Fact]
    public async Task Machines_of_the_host_are_chosen_by_tags_of_its_seed_and_by_those_that_govmomi_attached()
    {
        await using var host = await SeededHost.StartAsync($$"""
            folders: [web]
            machines:
              - { name: "web-{n}", count: 3, folder: web, tags: [stage/prod, team/web], serialPorts: [ { proxy: "{{Proxy}}", service: vSPC.py } ] }
              - { name: db, tags: [stage/prod], serialPorts: [ { proxy: "{{Proxy}}", service: vSPC.py } ] }
              - { name: lab, tags: [stage/lab, team/prod], serialPorts: [ { proxy: "{{Proxy}}", service: vSPC.py } ] }
              - { name: plain }
            """);
        Assert.Equal(["db", "web-1", "web-2", "web-3"], await ListAsync(host.Variables, "tag:stage/prod"));
        Assert.Equal(["db", "lab", "web-1", "web-2", "web-3"], await ListAsync(host.Variables, "tag:prod"));
        Assert.Equal(["lab", "web-1", "web-2", "web-3"], await ListAsync(host.Variables, "tag:team/web", "lab"));
        Assert.Contains("there is no tag 'stage/test'", (await host.PortAsync("ls", "tag:stage/test")).ExitedWith(3).Error, StringComparison.Ordinal);

        // A file by tags: planned for the machines that have them, applied to these alone, and planned again for nothing.
        await File.WriteAllTextAsync(host["ports.yaml"], $"""
            proxy: "{Proxy}"
            ports:
              - machines: tag:stage/prod
                except: tag:team/web
                label: ttyS1
              - machines: [tag:stage/lab, retired-*, folder:attic]
                state: absent
            """);
        var plan = (await host.PortAsync("plan", "-f", host["ports.yaml"])).Succeeded();
        Assert.Contains("2 would change", plan.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("web-", plan.Output, StringComparison.Ordinal);
        Assert.Contains("2 changed", (await host.PortAsync("apply", "-f", host["ports.yaml"])).Succeeded().Error, StringComparison.Ordinal);
        Assert.EndsWith("2 unchanged: nothing to do\n", (await host.PortAsync("plan", "-f", host["ports.yaml"])).Succeeded().Error, StringComparison.Ordinal);
        Assert.Equal(["db", "db", "web-1", "web-2", "web-3"], await ListAsync(host.Variables, "*"));

        var tagged = await TagAsync(host.Variables, "stage/prod=db", "stage/spare=plain", "new/of govmomi=web/web-2");
        Assert.Equal(["stage/prod"], tagged["db"]);
        Assert.Equal(["stage/spare"], tagged["plain"]);
        Assert.Equal(["new/of govmomi", "stage/prod", "team/web"], tagged["web-2"]);
        Assert.Equal(["web-2"], await ListAsync(host.Variables, "tag:new/of govmomi"));
        Assert.Contains("/DC0/vm/plain: changed", (await host.PortAsync("ensure", "tag:spare", "--proxy", Proxy)).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machines_of_the_simulator_are_chosen_by_tags_that_govmomi_attached()
    {
        using var directory = new TemporaryDirectory();
        await using var vcsim = ChildProcess.Start(
            await GoProgram.PathAsync("vcsim"),
            ["-user", "alice", "-password", "secret", "-machines", "3", "-ports", "1"],
            new Dictionary<string, string?> { ["TMPDIR"] = directory.Path });
        var variables = new Dictionary<string, string?>
        {
            ["GOVC_URL"] = (await vcsim.Output.WaitForAsync("\n")).Trim(),
            ["GOVC_USERNAME"] = "alice",
            ["GOVC_PASSWORD"] = "secret",
            ["GOVC_INSECURE"] = "1",
            ["GOVC_TLS_KNOWN_HOSTS"] = null,
            ["GOVC_TLS_CA_CERTS"] = null,
        };
        Assert.Contains("there is no tag 'prod'", (await PortAsync(variables, "ls", "tag:prod")).ExitedWith(3).Error, StringComparison.Ordinal);
        var tagged = await TagAsync(variables, "stage/prod=DC0_C0_RP0_VM0", "stage/prod=DC0_C0_RP0_VM2", "team/web=DC0_C0_RP0_VM2");
        Assert.Equal(["stage/prod", "team/web"], tagged["DC0_C0_RP0_VM2"]);
        Assert.Equal(["DC0_C0_RP0_VM0", "DC0_C0_RP0_VM2"], await ListAsync(variables, "tag:prod"));
        Assert.Equal(["DC0_C0_RP0_VM2"], await ListAsync(variables, "tag:team/web"));
        Assert.Contains("2 changed", (await PortAsync(variables, "set", "tag:stage/prod", "--proxy", "telnet://other.example:13370")).Succeeded().Error, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string?>> ListAsync(Dictionary<string, string?> variables, params string[] machines) =>
        [.. (await PortAsync(variables, ["ls", .. machines, "-o", "json"])).Json.EnumerateArray().Select(port => port.Text("machine")).Order(StringComparer.Ordinal)];

    /// <summary>Has govmomi attach tags.</summary>
    /// <returns>The tags of each machine, as it reads them.</returns>
    private static async Task<Dictionary<string, string[]>> TagAsync(Dictionary<string, string?> variables, params string[] attachments)
    {
        var told = (await ChildProcess.RunAsync(
            await GoProgram.PathAsync("tags"), ["-user", variables["GOVC_USERNAME"]!, "-password", variables["GOVC_PASSWORD"]!, variables["GOVC_URL"]!, .. attachments])).Succeeded();
        return JsonSerializer.Deserialize<Dictionary<string, string[]>>(told.OutputBytes)!;
    }

    private static Task<CommandResult> PortAsync(Dictionary<string, string?> variables, params string[] arguments) =>
        ChildProcess.RunAsync(Executable.Path, ["port", .. arguments], environment: variables);
}
