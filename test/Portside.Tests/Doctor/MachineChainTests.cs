using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Portside.Commands;
using Portside.Concentrator.Links;
using Portside.Doctor;
using Portside.Host.Inventory;
using Portside.SerialPorts;
using Portside.Testing;
using Portside.Tests.Commands;
using Portside.Tests.Serve;
using Portside.VSphere.Schema;

namespace Portside.Tests.Doctor;

/// <summary>Each link of the chain broken in turn, and found by name.</summary>
public sealed class MachineChainTests
{
    [Fact]
    public async Task A_console_that_works_is_ok_to_the_last_check()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", $"telnets://127.0.0.1:{rig.VmPort}#thumbprint={rig.Service.Service.Describe().ThumbprintSha1}");
        var (code, reports, error) = await rig.ExamineAsync("web", "--probe");
        Assert.All(reports.Where(report => report.Check != "output"), report => Assert.True(report.State == "ok", $"{report.Check}: {report.State} {report.Evidence}"));
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("", error);
        Assert.Equal(
            ["vcenter", "machine", "power", "device", "option", "licence", "firewall", "proxy", "certificate", "connection", "concentrator", "link", "output", "answer", "guest"],
            reports.Select(report => report.Check));
    }

    [Fact]
    public async Task A_wrong_password_is_the_first_break()
    {
        await using var rig = await ConsoleRig.StartAsync();
        var broken = await rig.FindBreakAsync("vcenter", "web", "--user", "mallory");
        Assert.Contains("mallory", broken.Evidence, StringComparison.Ordinal);

        // Each value is to be mended where it was said.
        Assert.Equal("check the user (--user) and the password (GOVC_PASSWORD)", broken.Repair);
    }

    [Fact]
    public async Task A_password_that_a_context_gets_by_a_command_is_to_be_mended_there()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var directory = new TempDirectory();
        using var setting = new CommandRun();
        using var run = new CommandRun { Clock = TimeProvider.System };
        setting.Environment["XDG_CONFIG_HOME"] = run.Environment["XDG_CONFIG_HOME"] = directory.Path;
        Assert.True(await setting.RunAsync(null, "context", "set", "lab", "--vcenter", rig.Url, "--user", "alice", "--password-command", "echo wrong") == ExitCode.Done, setting.Error);
        Assert.Equal(ExitCode.Refused, await run.RunAsync(rig.Service.Address, "port", "ls", "--context", "lab"));
        Assert.EndsWith("  next: check the user (context lab) and the password (by a command, context lab)\n", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("GOVC", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_there_is_not_is_said()
    {
        await using var rig = await ConsoleRig.StartAsync();
        Assert.Contains("there is no machine 'web'", (await rig.FindBreakAsync("machine", "web")).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_machines_of_one_name_are_listed_by_path()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", on: false, folder: "a");
        await rig.AddAsync("web", on: false, folder: "b");
        var broken = await rig.FindBreakAsync("machine", "web");
        Assert.Contains("/DC0/vm/a/web", broken.Evidence, StringComparison.Ordinal);
        Assert.Contains("/DC0/vm/b/web", broken.Evidence, StringComparison.Ordinal);
        Assert.Equal("portside doctor /DC0/vm/a/web", broken.Repair);
    }

    [Fact]
    public async Task A_machine_that_is_off_is_to_be_switched_on()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", on: false);
        Assert.Equal("govc vm.power -on /DC0/vm/web", (await rig.FindBreakAsync("power", "web")).Repair);
    }

    [Fact]
    public async Task A_machine_without_a_port_is_to_be_given_one()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", hasPort: false);
        var broken = await rig.FindBreakAsync("device", "web");
        var ensure = $"portside port ensure /DC0/vm/web --to {rig.Service.Address.ToString().TrimEnd('/')}";

        // None is added while it runs.
        Assert.Equal($"govc vm.power -off /DC0/vm/web && {ensure} && govc vm.power -on /DC0/vm/web", broken.Repair);
        Assert.Contains("while the machine is off", broken.Evidence, StringComparison.Ordinal);

        // Nor is one that is off switched on first.
        await rig.AddAsync("off", hasPort: false, on: false);
        Assert.Equal($"{ensure.Replace("web", "off", StringComparison.Ordinal)} && govc vm.power -on /DC0/vm/off", (await rig.FindBreakAsync("power", "off")).Repair);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("9000")]
    [InlineData("serial PORT 1")]
    public async Task A_port_is_named_as_for_portside_port(string port)
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        var (_, reports, _) = await rig.ExamineAsync("web", "--port", port);
        Assert.Equal("ok", reports.Single(report => report.Check == "device").State);
        Assert.Equal("portside port ls /DC0/vm/web", (await rig.FindBreakAsync("device", "web", "--port", "2")).Repair);
    }

    [Fact]
    public async Task A_host_that_does_not_offer_the_option_is_named()
    {
        await using var rig = await ConsoleRig.StartAsync(new HostInventoryOptions { OffersNetworkSerialPorts = false });
        await rig.AddAsync("web", arrives: false);
        Assert.Contains("127.0.0.1: serial ports of", (await rig.FindBreakAsync("option", "web")).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_licence_without_the_feature_is_named()
    {
        await using var rig = await ConsoleRig.StartAsync(new HostInventoryOptions { IsConcentratorLicensed = false });
        await rig.AddAsync("web", arrives: false);
        Assert.Contains("vSphere Standard", (await rig.FindBreakAsync("licence", "web")).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_set_that_is_off_on_a_host_where_the_machine_is_not_yet_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        await rig.CallAsync("DisableRuleset", rig.Inventory.Hosts[1].Firewall.Reference, ("id", VimValue.Of("vSPC")));
        var broken = await rig.FindBreakAsync("firewall", "web");
        Assert.Contains("127.0.0.2: rule set vSPC is off: a machine that moves there loses its console", broken.Evidence, StringComparison.Ordinal);
        Assert.Equal("govc host.esxcli -host 127.0.0.2 -- network firewall ruleset set -r vSPC -e true", broken.Repair);

        // The other verb decides likewise.
        var (code, checks) = await CheckAsync(rig, "web");
        var failed = Assert.Single(checks, check => check.Result == "failed");
        Assert.Equal((ExitCode.Failed, "firewall", "127.0.0.2", "rule set vSPC is off", broken.Repair), (code, failed.Check, failed.Where, failed.Detail, failed.Next));
    }

    [Fact]
    public async Task A_port_without_a_concentrator_does_not_keep_those_with_one_from_being_checked()
    {
        await using var rig = await ConsoleRig.StartAsync(new HostInventoryOptions { IsConcentratorLicensed = false });
        await rig.AddAsync("web", arrives: false);
        await rig.AddAsync("plain", on: false, hasProxy: false);
        await rig.CallAsync("DisableRuleset", rig.Inventory.Hosts[1].Firewall.Reference, ("id", VimValue.Of("remoteSerialPort")));
        var (_, checks) = await CheckAsync(rig, "web", "plain");
        Assert.Equal(
            ["firewall 127.0.0.1 rule set remoteSerialPort is on", "firewall 127.0.0.1 rule set vSPC is on", "firewall 127.0.0.2 rule set remoteSerialPort is off", "firewall 127.0.0.2 rule set vSPC is on"],
            checks.Where(check => check.Check == "firewall").Select(check => $"{check.Check} {check.Where} {check.Detail}").Order(StringComparer.Ordinal));
        Assert.Equal(["failed", "failed"], checks.Where(check => check.Check == "licence").Select(check => check.Result));

        // Of ports that have none alone, neither is asked.
        (_, checks) = await CheckAsync(rig, "plain");
        Assert.DoesNotContain(checks, check => check.Check == "licence" || check.Detail.Contains("vSPC", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_where_nothing_listens_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await rig.AddAsync("web", $"telnet://127.0.0.1:{port}", arrives: false);
        var broken = await rig.FindBreakAsync("proxy", "web");
        Assert.Contains($"127.0.0.1:{port}", broken.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("portside port ensure", broken.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_not_the_concentrators_is_replaced_and_not_started()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", $"telnet://127.0.0.3:{rig.VmPort}", arrives: false, service: "vSPC.py?port=one", second: "vSPC.py?port=two");
        var broken = await rig.FindBreakAsync("proxy", "web");
        Assert.Contains($"the concentrator at {rig.Service.Address.Authority} takes machines at ", broken.Evidence, StringComparison.Ordinal);
        Assert.Equal($"portside port ensure /DC0/vm/web --port 9000 --to {rig.Service.Address.ToString().TrimEnd('/')}", broken.Repair);

        // Where no concentrator answers, one is to be started there.
        var none = await rig.FindBreakAsync("proxy", "web", "--server", "http://127.0.0.1:1");
        Assert.Equal("portside serve", none.Repair);
        Assert.Contains("a concentrator is to be started at 127.0.0.3", none.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_concentrator_that_somebody_named_and_that_does_not_answer_is_a_break()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        Assert.Contains("http://127.0.0.1:1", (await rig.FindBreakAsync("concentrator", "web", "--server", "http://127.0.0.1:1")).Evidence, StringComparison.Ordinal);

        // What answers there is something else.
        await rig.FindBreakAsync("concentrator", "web", "--server", rig.Url[..^"/sdk".Length]);
    }

    [Fact]
    public async Task The_address_of_the_api_in_place_of_that_for_machines_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", $"telnet://127.0.0.1:{rig.Service.Address.Port}", arrives: false);
        Assert.Contains("HTTP API", (await rig.FindBreakAsync("proxy", "web")).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thumbprint_of_another_certificate_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        var other = string.Join(':', Enumerable.Repeat("0A", 20));
        await rig.AddAsync("web", $"telnets://127.0.0.1:{rig.VmPort}#thumbprint={other}", arrives: false);
        var broken = await rig.FindBreakAsync("certificate", "web");
        Assert.Contains("expected is", broken.Evidence, StringComparison.Ordinal);
        Assert.Contains(rig.Service.Service.Describe().ThumbprintSha1!, broken.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thumbprint_is_compared_with_the_certificate_that_is_served_within_telnet()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("right", $"telnet://127.0.0.1:{rig.VmPort}#thumbprint={rig.Service.Service.Describe().ThumbprintSha1}");
        var (_, reports, _) = await rig.ExamineAsync("right");
        var certificate = reports.Single(report => report.Check == "certificate");
        Assert.Equal(("ok", $"shows the one that is expected ({rig.Service.Service.Describe().ThumbprintSha1})"), (certificate.State, certificate.Evidence));

        // The concentrator that is asked says what is expected, and another one is at the address.
        await using var other = await RunningService.StartAsync();
        await rig.AddAsync("wrong", $"telnet://127.0.0.1:{other.Concentrator.VmEndPoints[0].Port}#thumbprint={rig.Service.Service.Describe().ThumbprintSha1}", arrives: false);
        var broken = await rig.FindBreakAsync("certificate", "wrong");
        Assert.Contains($"shows {other.Service.Describe().ThumbprintSha1}, expected is {rig.Service.Service.Describe().ThumbprintSha1}", broken.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_that_the_proxy_URI_demands_and_nobody_offers_within_telnet_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync(configure: options => options.Concentrator.Vm.Tls = TlsPolicy.Off);
        await rig.AddAsync("web", $"telnet://127.0.0.1:{rig.VmPort}#thumbprint={string.Join(':', Enumerable.Repeat("0A", 20))}", arrives: false);
        var broken = await rig.FindBreakAsync("certificate", "web");
        Assert.Contains("offers none within telnet", broken.Evidence, StringComparison.Ordinal);
        Assert.EndsWith(" --plain", broken.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_was_disconnected_is_to_be_connected()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        using var run = new CommandRun { Clock = TimeProvider.System };
        run.Environment["GOVC_URL"] = rig.Url;
        run.Environment["GOVC_USERNAME"] = "alice";
        run.Environment["GOVC_PASSWORD"] = "secret";
        Assert.True(await run.RunAsync(rig.Service.Address, "port", "disconnect", "web") == ExitCode.Done, run.Error);
        Assert.Equal("portside port connect /DC0/vm/web", (await rig.FindBreakAsync("connection", "web")).Repair);
    }

    [Fact]
    public async Task A_service_uri_that_the_concentrator_turns_away_is_quoted()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", service: "vspc-typo", arrives: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Rejections.Latest().Count > 0);
        var broken = await rig.FindBreakAsync("link", "web");
        Assert.Contains("vspc-typo", broken.Evidence, StringComparison.Ordinal);
        Assert.Contains("turned away", broken.Evidence, StringComparison.Ordinal);
        Assert.EndsWith(" --service vSPC.py", broken.Repair, StringComparison.Ordinal);
        await RepairAsync(rig, broken);
    }

    [Fact]
    public async Task The_port_that_is_wrong_of_several_is_the_one_that_is_repaired()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", service: "vSPC.py?port=one", second: "vspc-typo?port=two", arrives: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Rejections.Latest().Count > 0 && rig.Service.Concentrator.Ports.Select("web") is [{ Name: not null }]);
        var broken = await rig.FindBreakAsync("link", "web");
        Assert.Equal($"portside port ensure /DC0/vm/web --port 9001 --to {rig.Service.Address.ToString().TrimEnd('/')} --service vSPC.py", broken.Repair);
        await RepairAsync(rig, broken);

        await rig.PasteAsync("portside port disconnect web --port two");
        broken = await rig.FindBreakAsync("connection", "web");
        Assert.Equal("portside port connect /DC0/vm/web --port 9001", broken.Repair);
        await RepairAsync(rig, broken);
    }

    [Fact]
    public async Task A_direction_that_the_concentrator_turns_away_is_turned_round()
    {
        var free = FreePorts.Next();
        await using var rig = await ConsoleRig.StartAsync(configure: options => (options.Concentrator.Remote.FirstListenPort, options.Concentrator.Remote.LastListenPort) = (free, free));
        await rig.AddAsync("web", service: $"telnet://:{free}", direction: "client", arrives: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Rejections.Latest().Count > 0);
        var broken = await rig.FindBreakAsync("link", "web");
        Assert.EndsWith(" --direction server", broken.Repair, StringComparison.Ordinal);
        await RepairAsync(rig, broken);
    }

    [Theory]
    [InlineData("telnet://127.0.0.1:7001", "server", "listen-not-allowed", "mend remote.listenPorts in the configuration, then: systemctl restart portside")]
    [InlineData("telnet://127.0.0.1:7001", "client", "dial-not-allowed", "mend remote.dial in the configuration, then: systemctl reload portside")]
    public async Task What_the_concentrator_does_not_allow_is_to_be_mended_in_its_configuration(string service, string direction, string reason, string repair)
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", service: service, direction: direction, arrives: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Rejections.Latest().Count > 0);
        var broken = await rig.FindBreakAsync("link", "web");
        Assert.EndsWith($"({reason})", broken.Evidence, StringComparison.Ordinal);
        Assert.Equal(repair, broken.Repair);
    }

    [Fact]
    public async Task An_address_that_somebody_else_has_is_to_be_exchanged_for_another()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var rig = await ConsoleRig.StartAsync(configure: options => (options.Concentrator.Remote.FirstListenPort, options.Concentrator.Remote.LastListenPort) = (port, port));
        await rig.AddAsync("web", service: $"telnet://127.0.0.1:{port}", arrives: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Rejections.Latest().Count > 0);
        var broken = await rig.FindBreakAsync("link", "web");
        Assert.EndsWith("(address-taken)", broken.Evidence, StringComparison.Ordinal);
        Assert.Equal("portside port set /DC0/vm/web --service telnet://127.0.0.1:FREE-PORT", broken.Repair);
    }

    [Fact]
    public async Task A_machine_that_is_connected_to_another_concentrator_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await using var other = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", $"telnet://127.0.0.1:{other.VmPort}", arrives: false);
        await ConsoleRig.UntilAsync(() => other.Service.Concentrator.Ports.Select("web") is [{ Name: not null }]);
        Assert.Contains($"its proxy URI leads to 127.0.0.1:{other.VmPort}", (await rig.FindBreakAsync("link", "web")).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_that_says_nothing_is_told_what_to_set()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", guest: "none");
        var (_, reports, _) = await rig.ExamineAsync("web");
        var guest = reports.Single(report => report.Check == "guest");
        Assert.Equal("unknown", guest.State);
        Assert.Contains("console=ttyS0", guest.Evidence, StringComparison.Ordinal);
        var broken = await rig.FindBreakAsync("guest", "web", "--probe");
        Assert.Contains("console=ttyS0", broken.Evidence, StringComparison.Ordinal);
        Assert.Contains("serial-getty@ttyS0", broken.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_vCenter_the_concentrator_is_asked_alone()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        var (code, reports, error) = await rig.ExamineAsync("web", "--no-vcenter", "--probe");
        Assert.True(code == ExitCode.Done, error);
        Assert.Equal("ok", reports.Single(report => report.Check == "answer").State);
        Assert.Equal("skipped", reports.Single(report => report.Check == "firewall").State);
        var none = await rig.FindBreakAsync("machine", "nobody", "--no-vcenter");
        Assert.Contains("\"nobody\"", none.Evidence, StringComparison.Ordinal);
        Assert.Equal("portside ls", none.Repair);
        Assert.StartsWith("No port has the name, id or UUID \"wbe\"; did you mean \"web\"", (await rig.FindBreakAsync("machine", "wbe", "--no-vcenter")).Evidence, StringComparison.Ordinal);
        using var run = new CommandRun { Clock = TimeProvider.System };
        foreach (string[] arguments in (string[][])[["show", "WBE"], ["logs", "wbe"], ["attach", "wbe"]])
        {
            Assert.Equal(ExitCode.NotFound, await run.RunAsync(rig.Service.Address, arguments));
            Assert.EndsWith($"\"{arguments[1]}\"; did you mean \"web\"?\n  next: portside ls\n", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refusal_of_another_machine_is_a_remark_and_not_the_break()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("astray", service: "vspc-typo", arrives: false);
        await ConsoleRig.UntilAsync(() => rig.Service.Concentrator.Rejections.Latest().Count > 0);
        var broken = await rig.FindBreakAsync("machine", "nobody", "--no-vcenter");
        Assert.Contains("\"nobody\"; of others, the latest was turned away", broken.Evidence, StringComparison.Ordinal);
        Assert.EndsWith("with 'vspc-typo' (service-uri): portside ls has them all", broken.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_ends_with_the_break_and_its_repair()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web", on: false);
        using var run = new CommandRun { Clock = TimeProvider.System };
        run.Environment["GOVC_URL"] = rig.Url;
        run.Environment["GOVC_USERNAME"] = "alice";
        run.Environment["GOVC_PASSWORD"] = "secret";
        Assert.Equal(ExitCode.Failed, await run.RunAsync(rig.Service.Address, "doctor", "web"));
        Assert.EndsWith("power is broken. To repair it:\n  govc vm.power -on /DC0/vm/web\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("firewall", run.Out, StringComparison.Ordinal);
    }

    // What is printed does what it says: nothing is broken after it.
    private static async Task RepairAsync(ConsoleRig rig, CheckReport broken)
    {
        await rig.PasteAsync(broken.Repair!);
        var (code, reports, error) = await rig.ExamineAsync("web");
        Assert.True(code == ExitCode.Done, string.Join('\n', reports) + error);
        Assert.Equal("ok", reports.Single(report => report.Check == "link").State);
    }

    private static async Task<(int Code, IReadOnlyList<CheckResult> Results)> CheckAsync(ConsoleRig rig, params string[] machines)
    {
        using var run = new CommandRun { Clock = TimeProvider.System };
        run.Environment["GOVC_URL"] = rig.Url;
        run.Environment["GOVC_USERNAME"] = "alice";
        run.Environment["GOVC_PASSWORD"] = "secret";
        var code = await run.RunAsync(rig.Service.Address, ["port", "check", .. machines, "-o", "json"]);
        Assert.True(run.Out.Length > 0, run.Error);
        return (code, JsonSerializer.Deserialize(run.Out, SerialPortJson.Default.IReadOnlyListCheckResult)!);
    }
}
