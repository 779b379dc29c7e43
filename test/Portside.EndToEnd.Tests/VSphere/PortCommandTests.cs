using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary><c>portside port</c> against our own host and, as far as it goes, against govmomi's simulator.</summary>
public sealed class PortCommandTests(RunningPortside running) : IClassFixture<RunningPortside>
{
    // What is to connect does so sooner or later; how soon decides nothing.
    private const string Wait = "120s";

    private PortsideProcess Server => running.Server;

    private string To => Server.Http.ToString();

    [Fact]
    public async Task A_port_is_ensured_verified_disconnected_and_brought_back()
    {
        await using var host = await SeededHost.StartAsync($$"""
            machines:
              - { name: flow, powerOn: true, guest: echo, serialPorts: [ { proxy: "telnet://127.0.0.1:{{Server.VmPort}}", service: vSPC.py } ] }
              - { name: idle }
            """);
        await Server.WaitForPortAsync("flow", port => port.Text("state") == "connected");

        var dry = (await host.PortAsync("ensure", "flow", "--to", To, "--dry-run")).Succeeded();
        Assert.Matches(@"proxyURI: telnet://127\.0\.0\.1:\d+ -> telnets://127\.0\.0\.1:\d+#thumbprint=", dry.Output);
        var changed = Assert.Single((await host.PortAsync("ensure", "flow", "--to", To, "--wait", Wait, "-o", "json")).Succeeded().Json.EnumerateArray());
        Assert.Equal("changed", changed.Text("outcome"));
        var seen = Assert.Single(changed.GetProperty("ports").EnumerateArray());
        Assert.Equal(("connected", "ok", "arrived"), (seen.Text("state"), seen.Text("status"), seen.Text("link")));
        await Server.WaitForPortAsync("flow", port => port.Text("state") == "connected" && port.Text("tls") is not null);
        Assert.Contains("flow: unchanged", (await host.PortAsync("ensure", "flow", "--to", To)).Succeeded().Output, StringComparison.Ordinal);

        (await host.PortAsync("disconnect", "flow")).Succeeded();
        await Server.WaitForPortAsync("flow", port => port.Text("state") == "disconnected");
        Assert.Contains("lost", (await host.PortAsync("ls", "--lost")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("link arrived", (await host.PortAsync("connect", "--all-lost", "--to", To, "--wait", Wait)).Succeeded().Output, StringComparison.Ordinal);
        await Server.WaitForPortAsync("flow", port => port.Text("state") == "connected");
        Assert.Contains("opened anew", (await host.PortAsync("disconnect", "flow", "--reconnect", "--wait", Wait)).Succeeded().Output, StringComparison.Ordinal);

        // A machine that is off takes ports, several at once; one that runs takes none.
        (await host.PortAsync("add", "idle", "--to", To, "--label", "ttyS0", "--label", "ttyS1", "--direction", "client", "--service", "console", "--yield-on-poll", "false")).Succeeded();
        var listed = (await host.PortAsync("ls", "idle", "-o", "json")).Succeeded().Json.EnumerateArray().ToList();
        Assert.Equal(["console?port=ttyS0", "console?port=ttyS1"], listed.Select(port => port.Text("serviceUri")));
        Assert.All(listed, port => Assert.Equal(("client", "off", false), (port.Text("direction"), port.Text("state"), port.GetProperty("yieldOnPoll").GetBoolean())));
        (await host.PortAsync("rm", "idle", "--port", "ttyS0")).Succeeded();
        Assert.Contains("unchanged", (await host.PortAsync("rm", "idle", "--port", "ttyS0")).Succeeded().Output, StringComparison.Ordinal);
        var refused = (await host.PortAsync("add", "flow", "--to", To, "--label", "more")).ExitedWith(1);
        Assert.Contains("InvalidPowerState", refused.Error, StringComparison.Ordinal);
        Assert.Contains("next: switch the machine off first", refused.Error, StringComparison.Ordinal);

        var checks = (await host.PortAsync("check", "flow", "-o", "json")).Succeeded().Json.EnumerateArray().ToList();
        Assert.Equal(["certificate", "firewall", "licence", "option", "proxy"], checks.Select(check => check.Text("check")).Distinct().Order());
        Assert.All(checks, check => Assert.Equal("ok", check.Text("result")));
        var wrong = (await host.PortAsync("check", "flow", "--proxy", $"telnets://127.0.0.1:{Server.VmPort}#thumbprint={string.Join(':', Enumerable.Repeat("00", 20))}")).ExitedWith(1);
        Assert.Matches(@"certificate\s+\S+\s+failed\s+shows ", wrong.Output);
    }

    [Fact]
    public async Task A_port_that_does_not_come_up_is_said_to_be_so()
    {
        await using var host = await SeededHost.StartAsync($$"""
            machines:
              - { name: silent, powerOn: true, serialPorts: [ { proxy: "telnet://127.0.0.1:{{Server.VmPort}}", service: vSPC.py } ] }
            """);
        var lost = (await host.PortAsync("set", "silent", "--proxy", "telnet://127.0.0.1:1", "--wait", "1s")).ExitedWith(1);
        Assert.Contains("silent: unverified", lost.Output, StringComparison.Ordinal);
        Assert.Matches("port 9000 is (lost|connecting)", lost.Error);
    }

    [Fact]
    public async Task A_file_is_applied_once_and_what_cannot_be_done_is_named()
    {
        await using var host = await SeededHost.StartAsync("""
            folders: [fleet]
            machines:
              - { name: "fleet-{n:00}", count: 27, folder: fleet }
              - { name: "running-{n}", count: 3, folder: fleet, powerOn: true }
            """);
        var file = await FileAsync(host, "folder:fleet");
        Assert.EndsWith("30 would change\n", (await host.PortAsync("plan", "-f", file)).Succeeded().Error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse((await host.PortAsync("apply", "-f", file, "--wait", Wait, "-o", "json")).ExitedWith(1).Output);
        var applied = report.RootElement.EnumerateArray().ToList();
        Assert.Equal(["running-1", "running-2", "running-3"], applied.Where(one => one.Text("outcome") == "failed").Select(one => one.Text("machine")));
        Assert.Equal(27, applied.Count(one => one.Text("outcome") == "changed"));

        file = await FileAsync(host, "fleet-*");
        Assert.EndsWith("27 unchanged: nothing to do\n", (await host.PortAsync("plan", "-f", file)).Succeeded().Error, StringComparison.Ordinal);

        // A new certificate is rolled out in waves, and nothing else is touched; a failure ends it.
        (await host.PortAsync("set", "fleet-*", "--proxy", $"telnets://127.0.0.1:{Server.VmPort}#thumbprint={string.Join(':', Enumerable.Repeat("00", 20))}", "--wave", "10", "--wait", Wait)).Succeeded();
        var drift = (await host.PortAsync("ls", "-f", file, "-o", "json")).Succeeded().Json.EnumerateArray().ToList();
        Assert.All(drift, port => Assert.Equal("proxyURI", Assert.Single(port.GetProperty("drift").EnumerateArray()).Text("field")));
        Assert.Equal(27, drift.Count);
        Assert.Contains("27 changed", (await host.PortAsync("apply", "-f", file, "--wave", "10", "--wait", Wait)).Succeeded().Error, StringComparison.Ordinal);
        var waves = (await host.PortAsync("rm", "running-*", "fleet-*", "--all", "--wave", "5")).Succeeded();
        Assert.Contains("27 changed", waves.Error, StringComparison.Ordinal);
        Assert.EndsWith("1 failed, 2 not begun\n", (await host.PortAsync("add", "running-*", "--to", To, "--wave", "1")).ExitedWith(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exit_code_tells_whether_something_changed_where_it_is_asked_for()
    {
        await using var host = await SeededHost.StartAsync($$"""
            machines:
              - { name: on, powerOn: true, serialPorts: [ { proxy: "telnet://127.0.0.1:{{Server.VmPort}}", service: vSPC.py } ] }
              - { name: "off-{n}", count: 2 }
              - { name: two, serialPorts: [ { service: "tcp://127.0.0.1:1" }, { service: "tcp://127.0.0.1:2" } ] }
            """);
        var file = await FileAsync(host, "off-*");
        string[] proxy = ["--proxy", $"telnet://127.0.0.1:{Server.VmPort}"];

        // What would change, what does, and what has.
        await ExitsAsync(6, "plan", "-f", file);
        await ExitsAsync(6, "apply", "-f", file, "--dry-run");
        await ExitsAsync(6, "apply", "-f", file);
        await ExitsAsync(0, "apply", "-f", file);
        await ExitsAsync(0, "plan", "-f", file);
        await ExitsAsync(0, "ls", "-f", file);
        await ExitsAsync(6, ["set", "off-1", .. proxy]);
        await ExitsAsync(6, "ls", "-f", file);
        await ExitsAsync(0, ["set", "off-1", .. proxy]);
        await ExitsAsync(2, "ls");
        await ExitsAsync(6, ["add", "off-1", "--dry-run", "--label", "b", .. proxy]);
        await ExitsAsync(6, ["add", "off-1", "--label", "b", .. proxy]);
        await ExitsAsync(0, ["ensure", "off-1", "--label", "b", .. proxy]);
        await ExitsAsync(6, "rm", "off-1", "--port", "b");
        await ExitsAsync(0, "rm", "off-1", "--port", "b");
        await ExitsAsync(0, "connect", "on");
        await ExitsAsync(6, "disconnect", "on");
        await ExitsAsync(0, "disconnect", "on");
        await ExitsAsync(6, "connect", "on", "--wait", Wait);

        // A failure comes before a change, and is told by who was not asked for changes too.
        var unclear = host["unclear.yaml"];
        await File.WriteAllTextAsync(unclear, $"proxy: {proxy[1]}\nports: [ {{ machines: two }}, {{ machines: off-1 }} ]\n");
        await ExitsAsync(1, "ls", "-f", unclear);
        Assert.Contains("two: it has 2 ports that may be meant", (await host.PortAsync("ls", "-f", unclear)).ExitedWith(1).Error, StringComparison.Ordinal);
        await ExitsAsync(1, ["add", "on", "off-1", "--label", "c", .. proxy]);

        // Nobody who did not ask gets another code than before.
        (await host.PortAsync("disconnect", "on")).Succeeded();

        async Task ExitsAsync(int code, params string[] arguments) => (await host.PortAsync([.. arguments, "--exit-code"])).ExitedWith(code);
    }

    [Fact]
    public async Task A_run_that_is_killed_is_gone_on_with()
    {
        await using var host = await SeededHost.StartAsync("""machines: [ { name: "many-{n:000}", count: 100 } ]""");
        var file = await FileAsync(host, "many-*");
        var journal = file + ".journal";
        await using (var run = host.Begin("apply", "-f", file, "--parallel", "1", "--wait", Wait))
        {
            await Patience.PollAsync(() => Done() >= 3, () => "three machines in the journal");
            run.Signal(Signals.KillAtOnce);
            await run.WaitForExitAsync();
        }

        var before = Done();
        Assert.InRange(before, 3, 99);
        var resumed = (await host.PortAsync("apply", "-f", file, "--wait", Wait)).Succeeded();
        Assert.Contains("going on with the run of", resumed.Error, StringComparison.Ordinal);
        Assert.Contains($" {before} ", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("changed before", resumed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(journal));
        Assert.Contains("100 unchanged", (await host.PortAsync("apply", "-f", file)).Succeeded().Error, StringComparison.Ordinal);
        Assert.Equal(100, (await host.PortAsync("ls", "-o", "json")).Succeeded().Json.GetArrayLength());

        int Done() => File.Exists(journal) ? File.ReadAllText(journal).Split('\n').Count(line => line.Contains("\"done\"", StringComparison.Ordinal)) : 0;
    }

    [Fact]
    public async Task What_is_wrong_is_said_before_anything_is_done()
    {
        await using var host = await SeededHost.StartAsync("""
            folders: [a, b]
            machines: [ { name: twin, folder: a }, { name: twin, folder: b } ]
            """);
        var ambiguous = (await host.PortAsync("ensure", "twin", "--to", To)).ExitedWith(3);
        Assert.Matches("'twin' fits 2 machines; say which by its path:\n  /DC0/vm/a/twin, .*\n  /DC0/vm/b/twin, ", ambiguous.Error);
        Assert.Contains("no machine 'nobody'", (await host.PortAsync("ls", "nobody")).ExitedWith(3).Error, StringComparison.Ordinal);
        Assert.Contains("Write it as telnets://", (await host.PortAsync("ensure", "a/twin", "--proxy", "telnest://x:1")).ExitedWith(2).Error, StringComparison.Ordinal);
        Assert.Contains("tcp://console.example:7001", (await host.PortAsync("ensure", "a/twin", "--service", "tcp:/x:1")).ExitedWith(2).Error, StringComparison.Ordinal);
        Assert.Contains("everybody on this computer", (await host.PortAsync("ls", "--vcenter", "https://u:p@127.0.0.1/sdk")).ExitedWith(2).Error, StringComparison.Ordinal);

        var mistakes = host["mistakes.yaml"];
        await File.WriteAllTextAsync(mistakes, "ports:\n  - machines: twin\n    lable: a\n  - machines: x\n    proxy: telnet://x\n");
        var complaints = (await host.PortAsync("plan", "-f", mistakes)).ExitedWith(2).Error;
        Assert.Contains($"{mistakes}:3:5: no key is called 'lable' here; did you mean label?", complaints, StringComparison.Ordinal);
        Assert.Contains($"{mistakes}:5:12: proxy: ", complaints, StringComparison.Ordinal);

        await File.WriteAllTextAsync(mistakes, "proxy: telnet://127.0.0.1:1\nports: [ { machines: '*', service: 'telnet://:7001' } ]\n");
        Assert.Contains("would have one listener at the concentrator, telnet://:7001", (await host.PortAsync("plan", "-f", mistakes)).ExitedWith(2).Error, StringComparison.Ordinal);

        // What is to be gone and is not there is right; what is nearly there may be meant.
        await File.WriteAllTextAsync(mistakes, "ports: [ { machines: retired-*, state: absent } ]\n");
        Assert.EndsWith("no machine is meant\n", (await host.PortAsync("plan", "-f", mistakes)).Succeeded().Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(mistakes, "ports: [ { machines: twinn, state: absent } ]\n");
        Assert.Contains("did you mean", (await host.PortAsync("plan", "-f", mistakes)).ExitedWith(3).Error, StringComparison.Ordinal);

        var stranger = (await host.PortAsync("ls", "--thumbprint", new string('A', 64))).ExitedWith(1);
        Assert.Matches(@"shows another certificate than the one expected[\s\S]*SHA-256 ([0-9A-F]{2}:){31}", stranger.Error);
        host.Variables["GOVC_PASSWORD"] = "wrong one";
        var refused = (await host.PortAsync("ls")).ExitedWith(4);
        Assert.Contains("refuses the user", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong one", refused.Error, StringComparison.Ordinal);
        host.Variables["GOVC_URL"] = "https://127.0.0.1:1/sdk";
        Assert.Contains("no connection to 127.0.0.1:1", (await host.PortAsync("ls")).ExitedWith(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_thousand_machines_of_the_simulator_are_listed_in_a_handful_of_requests_and_one_of_them_changed()
    {
        using var directory = new TemporaryDirectory();
        await using var vcsim = ChildProcess.Start(
            await GoProgram.PathAsync("vcsim"),
            ["-user", "alice", "-password", "secret", "-machines", "5000", "-ports", "1"],
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
        var listed = (await PortAsync("ls", "-o", "json")).Succeeded();
        Assert.Equal(5000, listed.Json.GetArrayLength());
        var requests = System.Text.RegularExpressions.Regex.Match(listed.Error, @"asked in (\d+) requests");
        Assert.InRange(int.Parse(requests.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 5, 20);

        const string Machine = "DC0_C0_RP0_VM7";
        Assert.Contains("changed", (await PortAsync("set", Machine, "--proxy", "telnet://console.example:13370")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("unchanged", (await PortAsync("set", Machine, "--proxy", "telnet://console.example:13370")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("changed", (await PortAsync("add", Machine, "--proxy", "telnet://console.example:13370", "--label", "b")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal(2, (await PortAsync("ls", Machine, "-o", "json")).Succeeded().Json.GetArrayLength());
        (await PortAsync("rm", Machine, "--port", "b")).Succeeded();
        Assert.Single((await PortAsync("ls", Machine, "-o", "json")).Succeeded().Json.EnumerateArray());

        // It says nothing of the devices that hosts offer: that is unknown, and no failure. Its hosts' rule set is off: that is one.
        var check = (await PortAsync("check", Machine, "--proxy", $"telnet://127.0.0.1:{Server.VmPort}")).ExitedWith(1);
        Assert.Matches(@"option\s+\S+ \S+\s+unknown", check.Output);
        Assert.Matches(@"firewall\s+\S+\s+failed\s+rule set vSPC is off", check.Output);
        Assert.Matches(@"next: govc host.esxcli -host \S+ -- network firewall ruleset set -r vSPC -e true", check.Error);

        Task<CommandResult> PortAsync(params string[] arguments) => ChildProcess.RunAsync(Executable.Path, ["port", .. arguments], environment: variables);
    }

    private async Task<string> FileAsync(SeededHost host, string machines)
    {
        var file = host["ports.yaml"];
        await File.WriteAllTextAsync(file, $"to: {To}\nports:\n  - machines: {machines}\n    label: ttyS0\n");
        return file;
    }
}
